package io.gammawebhook.springboot;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Names an unknown property under {@code gamma.webhook} without its value. Boot's own analyzer
 * shows the value, which is a secret where somebody wrote {@code secret:} instead of {@code
 * secrets:}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownPropertyFailureAnalyzer
    extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

  private static final ConfigurationPropertyName PREFIX =
      ConfigurationPropertyName.of(GammaWebhookProperties.PREFIX);

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable root, UnboundConfigurationPropertiesException cause) {
    if (!cause.getUnboundProperties().stream().allMatch(p -> PREFIX.isAncestorOf(p.getName()))) {
      return null;
    }
    String description =
        cause.getUnboundProperties().stream()
            .map(UnknownPropertyFailureAnalyzer::line)
            .collect(Collectors.joining("\n"));
    return new FailureAnalysis(
        description,
        "Correct the name or remove the property. A source has path, scheme, secrets, tolerance,"
            + " max-body-size, event-id, event-type, ordering-key, keep-headers, media-types,"
            + " accepted-status and limits.",
        cause);
  }

  private static String line(ConfigurationProperty property) {
    String line = property.getName() + " is no property of the Gamma webhook plugin";
    return property.getOrigin() == null ? line : line + " (" + property.getOrigin() + ")";
  }
}
