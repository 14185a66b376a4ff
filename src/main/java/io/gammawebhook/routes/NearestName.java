package io.gammawebhook.routes;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that somebody probably meant. */
@FunctionalInterface
public interface NearestName {

  /** The one nearest to a misspelt name, if one is near enough to be meant. */
  Optional<String> of(String misspelt, Collection<String> names);
}
