/** What a node does and how full it is, told to whoever counts it. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.measure;
