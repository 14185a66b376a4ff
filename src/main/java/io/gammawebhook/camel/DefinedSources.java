package io.gammawebhook.camel;

import io.gammawebhook.event.SourceName;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;

/**
 * The sources that route files define themselves, also files whose routes are not made yet: a route
 * of another file may name them. Bound in the Camel registry. Safe for use by many threads.
 */
public final class DefinedSources {

  private volatile Set<String> names = Set.of();

  private DefinedSources() {}

  /** Those of a context, bound in its registry if they are not yet. */
  public static DefinedSources of(CamelContext context) {
    DefinedSources found = CamelContextHelper.findSingleByType(context, DefinedSources.class);
    if (found == null) {
      found = new DefinedSources();
      context.getRegistry().bind("webhookDefinedSources", DefinedSources.class, found);
    }
    return found;
  }

  /** Takes the place of all that were known. */
  public void set(Set<String> sources) {
    names = Set.copyOf(sources);
  }

  /** Whether a route file of the context defines a source. */
  static boolean contains(CamelContext context, SourceName source) {
    return context.getRegistry().findByType(DefinedSources.class).stream()
        .anyMatch(defined -> defined.names.contains(source.value()));
  }
}
