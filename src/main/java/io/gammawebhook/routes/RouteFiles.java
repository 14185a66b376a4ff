package io.gammawebhook.routes;

import java.util.List;

/** Where the files are. */
@FunctionalInterface
public interface RouteFiles {

  /**
   * What is there at one moment.
   *
   * @param files those that can be read, in the order of their names
   * @param unreadable what is wrong with the others
   */
  record Listing(List<RouteFile> files, List<RouteProblem> unreadable) {}

  /** Reads all files. */
  Listing list();
}
