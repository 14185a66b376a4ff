package io.gammawebhook.registration.api;

import io.gammawebhook.verify.SecretText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one account at one API. A call blocks for a bounded time, tries nothing again, and
 * says all that goes wrong in its outcome: it throws nothing. Safe for use by many threads.
 */
public interface RegistrationApi {

  /** What the API can do. */
  ApiDescription description();

  /**
   * Lets no answer show these secrets, as far as it is one of the last 100, nor the ones that are
   * given to the other calls or told by them.
   *
   * @param wanted whose texts are open, whatever they have in common with a secret
   */
  void censor(List<SecretText> secrets, Wanted wanted);

  /** All entries of the account, whoever made them; none has a secret. */
  ApiOutcome<List<Registered>> list();

  /**
   * Makes an entry.
   *
   * @param secret what it is to sign with; null lets the API make one. An API that takes none
   *     ({@link ApiDescription#secretGiven}) refuses one as {@code INVALID}, without a call
   * @param idempotencyKey the same for each try of one wish, 1 to 255 visible characters of ASCII;
   *     sent where the API has a place for it
   * @return the entry, with its secret where the API told it ({@link ApiDescription#tells})
   */
  ApiOutcome<Registered> create(Wanted wanted, @Nullable SecretText secret, String idempotencyKey);

  /**
   * Makes an entry what is wanted; whatever else it has, such as its secret, stays.
   *
   * @param secret what it is to sign with from now on, which may be what it signs with already;
   *     sent where {@link ApiDescription#updateTakesSecret}. Null to leave its secret as it is
   */
  ApiOutcome<Registered> update(String id, Wanted wanted, @Nullable SecretText secret);

  /**
   * Gives an entry another secret, where {@link ApiDescription#rotation} is {@code CALL}; else it
   * is refused as {@code INVALID}, without a call.
   *
   * @param secret the new one; null lets the API make one
   * @return the new secret as the API told it, or as it was given; where it did neither, {@link
   *     #secret} may
   */
  ApiOutcome<Rotated> rotate(String id, @Nullable SecretText secret);

  /**
   * Deletes an entry.
   *
   * @return true if there was one; false if there was none, which is as good
   */
  ApiOutcome<Boolean> delete(String id);

  /**
   * Lets the API send an event to an entry, where {@link ApiDescription#canTest}; else it is
   * refused as {@code INVALID}, without a call.
   *
   * @return the status of the API's answer
   */
  ApiOutcome<Integer> test(String id);

  /**
   * What an entry signs with, where the API {@linkplain ApiDescription.Telling#READ tells it}; else
   * it is refused as {@code INVALID}, without a call.
   */
  ApiOutcome<SecretText> secret(String id);

  /**
   * An entry that has another secret now.
   *
   * @param secret which; null where neither we nor the API named it
   */
  record Rotated(String id, @Nullable SecretText secret) {}
}
