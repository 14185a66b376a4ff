/** The load, which runs in a process of its own and is commanded by lines on its standard input. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.bench.load;
