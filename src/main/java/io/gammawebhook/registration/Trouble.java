package io.gammawebhook.registration;

import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What a refusal of an API means for a registration.
 *
 * @param sentence what happened
 * @param cure what to do about it
 * @param pause until the next try
 * @param limited whether the API itself named the time
 */
record Trouble(State state, String sentence, String cure, Duration pause, boolean limited) {

  private static final Duration FIRST = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofHours(1);

  /**
   * @param deed what was tried, such as {@code list the entries}
   * @param failures how many tries in a row have failed, this one included
   */
  static Trouble of(
      Refused<?> refused,
      String deed,
      RegistrationSettings settings,
      int failures,
      RandomGenerator random) {
    String prefix = "gamma.webhook.registrations." + settings.name() + ".";
    String api = settings.api().title();
    String told =
        (refused.status() == 0 ? "" : " (HTTP " + refused.status() + ")")
            + (refused.detail().isEmpty() ? "" : ": " + refused.detail());
    State state = State.REFUSED;
    String sentence;
    String cure;
    switch (refused.kind()) {
      case CREDENTIALS -> {
        sentence = api + " does not let us " + deed + told;
        cure =
            settings.credentialsPlace() == null
                ? "Set "
                    + prefix
                    + "credentials to a token that may list and change webhooks, and restart"
                : "Put a token that may list and change webhooks into "
                    + settings.credentialsPlace();
      }
      case NOT_FOUND -> {
        sentence = api + " knows nothing at the address used to " + deed + told;
        cure = "Correct " + prefix + "api-url and .parameters";
      }
      case CONFLICT -> {
        sentence = api + " has something in the way when asked to " + deed + told;
        cure =
            "Look for an entry of the address "
                + settings.wanted().url()
                + " there, also of other accounts; delete it, or set another "
                + prefix
                + "public-url";
      }
      case INVALID -> {
        sentence = api + " does not take what it was told to " + deed + told;
        cure =
            "Correct what it names: " + prefix + "public-url, .events, .description or .parameters";
      }
      case REDIRECTED -> {
        sentence = api + " says that it is elsewhere, when asked to " + deed + told;
        cure = "Set " + prefix + "api-url to where it is; credentials are not sent along";
      }
      case UNREADABLE -> {
        state = State.UNREACHABLE;
        sentence = "The answer of " + api + " is not as described, when asked to " + deed + told;
        cure =
            "Check "
                + prefix
                + "api-url; if the API has changed, give a description of your own as "
                + prefix
                + "api";
      }
      case LIMITED -> {
        state = State.UNREACHABLE;
        sentence = api + " was asked too often, when asked to " + deed + told;
        cure = "It goes on by itself; if it stays so, set a longer " + prefix + "check-interval";
      }
      default -> {
        state = State.UNREACHABLE;
        sentence =
            api
                + " cannot be reached to "
                + deed
                + told
                + (refused.maybeDone() ? "; it may have been done all the same" : "");
        cure = "It is tried again by itself; check " + prefix + "api-url and the network";
      }
    }
    Duration wait =
        state == State.REFUSED
            ? spread(shorter(settings.checkInterval(), LONGEST), 0.1, random)
            : spread(doubled(failures), 0.25, random);
    Duration asked = refused.retryAfter();
    if (asked != null) {
      wait = longer(wait, spread(asked, 0.1, random));
    }
    return new Trouble(state, sentence, cure, wait, asked != null);
  }

  /** The cure for a registration that is looked at by itself. */
  String cureOf(RegistrationSettings settings) {
    return state != State.REFUSED
        ? cure
        : cure
            + ". It is looked at again by itself, and at once by `registrations apply "
            + settings.name()
            + "`";
  }

  private static Duration doubled(int failures) {
    Duration wait = FIRST;
    for (int i = 1; i < failures && wait.compareTo(LONGEST) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return shorter(wait, LONGEST);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** Longer by a random part, so that nodes and registrations do not come together. */
  static Duration spread(Duration wait, double part, RandomGenerator random) {
    return wait.plusMillis((long) (wait.toMillis() * part * random.nextDouble()));
  }
}
