/** A Gamma to try things against: its registration API, and the events that it sends. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.simulator;
