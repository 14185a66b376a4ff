/** The shared words: what a webhook event is. Imports the JDK only. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.event;
