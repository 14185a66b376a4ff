package io.gammawebhook.routes;

/**
 * One thing that is wrong with a file of routes.
 *
 * @param file the file, as it is named in the configuration's pattern
 * @param line where it is, counted from 1; 0 if it is nowhere in particular
 * @param fault what is wrong, as a sentence without its full stop; never a secret
 * @param cure what to do, as one or more sentences
 */
public record RouteProblem(String file, int line, String fault, String cure) {

  /** The place, such as {@code routes/gamma.camel.yaml:12}. */
  public String place() {
    return line > 0 ? file + ":" + line : file;
  }

  @Override
  public String toString() {
    return place() + ": " + fault + ". " + cure;
  }
}
