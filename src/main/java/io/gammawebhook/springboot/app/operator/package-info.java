/** The operator's commands: they ask a running node, or the store itself. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.springboot.app.operator;
