/** Properties and auto-configuration for Spring Boot hosts; imported by no other room. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.springboot;
