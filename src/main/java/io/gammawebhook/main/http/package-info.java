/** The endpoint on the Vert.x server of Camel Main (camel-platform-http-main). */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.main.http;
