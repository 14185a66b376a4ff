package io.gammawebhook.springboot.app.demo;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the demo runs.
 *
 * @param endAfter When the demo ends by itself, counted from its first line; at the earliest after
 *     its summary. Without it, it goes on until it is stopped.
 * @param speed How fast the story goes, 0.1 to 10: with 2, what the demo waits for of its own takes
 *     half the time. The retry schedule stays as it is.
 */
@ConfigurationProperties(prefix = "gamma.demo", ignoreUnknownFields = false)
public record DemoProperties(@Nullable Duration endAfter, @DefaultValue("1") double speed) {}
