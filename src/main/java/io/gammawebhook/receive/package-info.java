/** The steps of one HTTP request, from its limits to its answer. Knows HTTP, not Camel. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.receive;
