/** The benchmark: one command starts the contestants, loads them in turn, and writes what it saw. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.bench;
