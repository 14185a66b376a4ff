/** What the product is compared with, and what runs inside the product to measure it. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.bench.peer;
