/** What a node does and how full it is, in Micrometer. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.admin.metrics;
