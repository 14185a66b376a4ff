@org.jspecify.annotations.NullMarked
package io.gammawebhook.springboot.http;
