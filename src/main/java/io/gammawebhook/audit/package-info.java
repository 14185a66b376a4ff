/** The facts that are written down about an event, and never changed. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.audit;
