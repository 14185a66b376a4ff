package com.example.hooks;

import org.apache.camel.main.Main;

/** Plain Camel: application.properties, and the routes in camel/. */
public final class HooksApplication {

  private HooksApplication() {}

  public static void main(String[] args) throws Exception {
    System.exit(new Main(HooksApplication.class).run(args));
  }
}
