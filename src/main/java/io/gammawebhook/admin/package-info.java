/** What operators see and do. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.admin;
