/** What is wrong with a node, for probes and people. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.admin.health;
