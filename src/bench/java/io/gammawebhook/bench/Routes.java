package io.gammawebhook.bench;

/** The product's routes, where it has one. */
final class Routes {

  /** Does nothing with an event. */
  static final String NO_OP =
      """
      - route:
          id: bench
          from:
            uri: webhook-inbox
            parameters:
              source: gamma
            steps:
              - setBody:
                  constant: seen
      """;

  /** Notes when an event has come to the route. */
  static final String ARRIVALS =
      """
      - beans:
          - name: arrivals
            type: io.gammawebhook.bench.peer.Arrivals
      - route:
          id: bench
          from:
            uri: webhook-inbox
            parameters:
              source: gamma
            steps:
              - process:
                  ref: arrivals
      """;

  private Routes() {}
}
