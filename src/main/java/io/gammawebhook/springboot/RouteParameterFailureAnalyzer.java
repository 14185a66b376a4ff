package io.gammawebhook.springboot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Says what is wrong with the parameters of one of our Kamelets or endpoints where Camel itself
 * refuses them, before our code sees them. Camel's message holds the values, which may be secrets;
 * only names are taken from it.
 */
final class RouteParameterFailureAnalyzer implements FailureAnalyzer {

  private static final Pattern OURS =
      Pattern.compile("kamelet:(gamma-webhook-source)|(webhook-inbox):");
  private static final Pattern UNSET = Pattern.compile("Property with key \\[([^\\]]+)]");
  private static final Pattern MISSING =
      Pattern.compile(
          "Route template (gamma-webhook-source|webhook-[a-z]+-action) the following mandatory"
              + " parameters must be provided: ([A-Za-z, ]+)");
  private static final Pattern UNKNOWN = Pattern.compile("Unknown parameters=\\[\\{([A-Za-z-]+)=");

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    @Nullable String route = null;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      Matcher ours = OURS.matcher(message);
      if (at instanceof FailedToCreateRouteException refused && ours.find()) {
        String from = ours.group(1) == null ? ours.group(2) : "Kamelet " + ours.group(1);
        route = "route '" + refused.getRouteId() + "' (" + from + ")";
      }
      FailureAnalysis found =
          route == null ? missing(message, failure) : analyze(route, message, failure);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Camel does not say in which route. */
  private static @Nullable FailureAnalysis missing(String message, Throwable cause) {
    Matcher missing = MISSING.matcher(message);
    return missing.find()
        ? new FailureAnalysis(
            "The Kamelet "
                + missing.group(1)
                + " is used without what it needs: "
                + missing.group(2).strip()
                + ".",
            "Add it to the parameters of the Kamelet where a route uses it.",
            cause)
        : null;
  }

  private static @Nullable FailureAnalysis analyze(String route, String message, Throwable cause) {
    Matcher unset = UNSET.matcher(message);
    if (unset.find()) {
      String key = unset.group(1);
      Matcher parameter =
          Pattern.compile("([A-Za-z]+)=(?:RAW\\()?\\{\\{" + Pattern.quote(key)).matcher(message);
      String where = parameter.find() ? "parameter '" + parameter.group(1) + "' of " : "";
      return new FailureAnalysis(
          "The " + where + route + " names {{" + key + "}}, which is not set.",
          (key.startsWith("env:")
                  ? "Set the environment variable " + key.substring("env:".length())
                  : "Set the property "
                      + key
                      + " in the configuration, or as an environment variable")
              + ", or correct the name.",
          cause);
    }
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.find()) {
      return new FailureAnalysis(
          "The " + route + " has the parameter '" + unknown.group(1) + "', which is none.",
          "Correct the name or remove it; docs/configuration.md lists all of them.",
          cause);
    }
    return missing(message, cause);
  }
}
