/** What every HTTP server in front of the steps shares: time limits, slow senders, proxies. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.http;
