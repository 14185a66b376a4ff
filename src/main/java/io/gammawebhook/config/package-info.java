/** What a configuration has to hold, whichever host reads it. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.config;
