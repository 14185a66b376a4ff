/**
 * Hosts without Spring: Camel Main, the Camel CLI, a context made by hand. What they need is made
 * from the options of the component {@code webhook-inbox}. Imported by no other room.
 */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.main;
