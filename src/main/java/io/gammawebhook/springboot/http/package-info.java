/** The way of a request from the servlet container's socket to the ingress route and back. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.springboot.http;
