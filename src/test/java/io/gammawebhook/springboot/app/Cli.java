package io.gammawebhook.springboot.app;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The command line in this process. */
public final class Cli {

  /** What a command left behind. */
  public record Ended(int exit, String out, String err) {}

  private Cli() {}

  public static Ended run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = CommandLine.run(args, new PrintWriter(out), new PrintWriter(err));
    return new Ended(exit, out.toString(), err.toString());
  }
}
