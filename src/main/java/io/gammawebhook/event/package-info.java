/** The shared words: what a webhook event is, and how a rate is counted. Imports the JDK only. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.event;
