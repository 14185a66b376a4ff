package io.gammawebhook.springboot.app;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the files in {@code routes/} are looked after.
 *
 * @param reload Whether a file that is edited, added or removed is loaded while the application
 *     runs.
 * @param checkInterval How often the files are looked at, 100ms to 1h. A change counts once it is
 *     the same at two looks.
 * @param drain How long deliveries in flight may take to end by the old version of their route, 1s
 *     to 10m. What takes longer is cut off and tried again by the new version.
 */
@ConfigurationProperties(prefix = "gamma.routes", ignoreUnknownFields = false)
record RoutesProperties(
    @DefaultValue("true") boolean reload,
    @DefaultValue("1s") Duration checkInterval,
    @DefaultValue("30s") Duration drain) {}
