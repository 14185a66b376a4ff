package io.gammawebhook.springboot.app;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where {@code routes/to-http.camel.yaml} posts to.
 *
 * @param url Address that events are posted to. Until it is set, each attempt fails and says so.
 *     Not with a user and a password in it, which the HTTP client refuses: put those into the
 *     route, such as 'authMethod: Basic' with placeholders.
 */
@ConfigurationProperties(prefix = "gamma.http", ignoreUnknownFields = false)
record HttpProperties(@Nullable String url) {}
