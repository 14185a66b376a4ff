@org.jspecify.annotations.NullMarked
package io.gammawebhook.e2e;
