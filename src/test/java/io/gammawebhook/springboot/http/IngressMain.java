package io.gammawebhook.springboot.http;

import java.io.IOException;

/** The small application as a process of its own, for a test that gives it little memory. */
final class IngressMain {

  private IngressMain() {}

  /** Prints its port; ends when its input ends. */
  public static void main(String[] args) throws IOException {
    try (IngressApp app = IngressApp.start()) {
      System.out.println("port " + app.port());
      while (System.in.read() >= 0) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.println(
            "held "
                + app.line().bytes()
                + " used "
                + (runtime.totalMemory() - runtime.freeMemory()));
      }
    }
  }
}
