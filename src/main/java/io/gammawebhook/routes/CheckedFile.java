package io.gammawebhook.routes;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.support.PatternHelper;

/**
 * What was found out about a file.
 *
 * @param problems all that is wrong with it by itself; it is sound if there is nothing
 * @param claims the names that it wants for itself alone
 * @param templates the route templates that it makes routes from
 * @param configurations patterns of the route configurations that its routes name; an empty one for
 *     a route that names none
 * @param calls the endpoints {@code direct:…} that its routes send to
 */
record CheckedFile(
    RouteFile file,
    List<RouteProblem> problems,
    List<Claim> claims,
    Set<String> templates,
    Set<String> configurations,
    List<Claim> calls) {

  boolean isSound() {
    return problems.isEmpty();
  }

  Set<String> names(Claim.Kind kind) {
    return claims.stream()
        .filter(claim -> claim.kind() == kind)
        .map(Claim::name)
        .collect(Collectors.toSet());
  }

  /** Whether its routes are made from something that another file defines. */
  boolean dependsOn(CheckedFile other) {
    return other.names(Claim.Kind.TEMPLATE).stream().anyMatch(templates::contains)
        || other.names(Claim.Kind.CONFIGURATION).stream().anyMatch(this::isConfiguredBy);
  }

  /** A configuration without an id, written as an empty one, is for routes that name none. */
  private boolean isConfiguredBy(String configuration) {
    return configurations.stream()
        .anyMatch(
            pattern ->
                pattern.isEmpty()
                    ? configuration.isEmpty()
                    : PatternHelper.matchPatterns(configuration, pattern.split(",")));
  }
}
