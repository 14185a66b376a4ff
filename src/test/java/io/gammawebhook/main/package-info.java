@org.jspecify.annotations.NullMarked
package io.gammawebhook.main;
