package io.gammawebhook.routes;

/**
 * A name that only one file may have.
 *
 * @param line where the file says it, counted from 1; 0 if that is not known
 */
record Claim(Kind kind, String name, int line) {

  enum Kind {
    ROUTE("route id"),
    TEMPLATE("id of a route template"),
    CONFIGURATION("id of a route configuration"),
    STEP("step id"),
    BEAN("name of a bean"),
    ENDPOINT("endpoint to begin a route with"),
    SUBSCRIPTION("subscription"),
    SOURCE("source"),
    PATH("path");

    private final String noun;

    Kind(String noun) {
      this.noun = noun;
    }
  }

  boolean collidesWith(Claim other) {
    return kind == other.kind && name.equals(other.name);
  }

  RouteProblem collision(String file, String owner) {
    String quoted = "'" + name + "'";
    String fault = "The " + kind.noun + " " + quoted + " is that of " + owner + " already";
    String cure =
        switch (kind) {
          case SUBSCRIPTION ->
              "Give one of the routes another subscription: else each would get only some of its"
                  + " events.";
          case SOURCE ->
              "Give the source another name; to have the events of the source that is there, begin"
                  + " the route with webhook-inbox:"
                  + name
                  + ", without path and secrets.";
          case ENDPOINT -> "Let one of the routes begin with another endpoint.";
          case PATH -> "Give one of the sources another path.";
          default -> "Give one of them another name.";
        };
    return new RouteProblem(file, line, fault, cure);
  }
}
