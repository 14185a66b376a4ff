/** Bodies as JSON within bounds, and paths into them. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.json;
