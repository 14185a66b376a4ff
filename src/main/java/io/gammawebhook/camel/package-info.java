/**
 * All Camel code: the component webhook-inbox, the steps of the ingress, the idempotent repository.
 */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.camel;
