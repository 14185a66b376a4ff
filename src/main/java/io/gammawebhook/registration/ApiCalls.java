package io.gammawebhook.registration;

/** Is told of each call to an API, to count it. Safe for use by many threads; must not block. */
@FunctionalInterface
public interface ApiCalls {

  /** Counts nothing. */
  ApiCalls NONE = (registration, call, outcome) -> {};

  /**
   * @param call one of {@code list create update rotate delete test secret}
   * @param outcome {@code done}, or the kind of the refusal in lower case
   */
  void called(String registration, String call, String outcome);
}
