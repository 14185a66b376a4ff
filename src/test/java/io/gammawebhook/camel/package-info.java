@org.jspecify.annotations.NullMarked
package io.gammawebhook.camel;
