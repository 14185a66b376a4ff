/** What verifying a signature costs, beside what the JDK takes for the same bytes. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.bench.verification;
