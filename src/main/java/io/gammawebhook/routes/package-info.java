/**
 * The route files of a folder: checked in a Camel context that starts nothing, loaded each by
 * itself, and exchanged while the application runs.
 */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.routes;
