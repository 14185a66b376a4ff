package io.gammawebhook.springboot.app.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What is told, in numbered acts, each line with the time since the first. */
final class Story {

  private final PrintWriter out;
  private final InstantSource clock;
  private final Instant begin;
  private int act;

  Story(PrintWriter out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
    this.begin = clock.instant();
  }

  /** Begins the next act. */
  void act(String title) {
    out.println();
    out.println("%2d  %s".formatted(++act, title));
    out.flush();
  }

  /** Says what happened now. */
  void say(String line) {
    Duration since = age();
    out.println("    %02d:%02d  %s".formatted(since.toMinutes(), since.toSecondsPart(), line));
    out.flush();
  }

  /** Prints a line as it is. */
  void print(String line) {
    out.println(line);
    out.flush();
  }

  /** How long ago the story began. */
  Duration age() {
    return Duration.between(begin, clock.instant());
  }
}
