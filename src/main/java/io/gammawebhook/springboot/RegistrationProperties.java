package io.gammawebhook.springboot;

import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One entry of ours at a sending API, {@code gamma.webhook.registrations.<name>}.
 *
 * @param api Whose it is: 'gamma', 'github', 'stripe', 'svix', or 'file:' and the path of a
 *     description of your own.
 * @param source The source that gets the events. Default: the one of the registration's name.
 * @param apiUrl Base address of the API, such as 'https://api.gamma.example/v1'; 'https' unless it
 *     is this machine. Default: the one of the description, which 'gamma' has not.
 * @param credentials What the API wants to see of us, such as a token: a placeholder such as
 *     '${GAMMA_API_TOKEN}', 'file:' and a path, or '{{…}}' for Camel's vaults. The latter two are
 *     read anew before each look. Needed.
 * @param parameters What the API's addresses need besides, by name, such as 'owner' and 'repo' of
 *     GitHub.
 * @param publicUrl Where the API is to send events to: the source's address as the internet knows
 *     it, without a query; 'https' unless in dev mode. Default: the 'public-url' of the source.
 *     Needed in one of both.
 * @param events The types of events that are wanted, as the API writes them. Default: all.
 * @param description What people see of it at the API. Default: none.
 * @param secret Whose the signing secret is: 'source' gives the API the first one of the source
 *     that counts; 'managed' makes one, or takes the API's, and keeps it sealed in the store.
 *     Default: 'source' if the source has secrets configured, else 'managed'.
 * @param mode What is done: 'apply' makes and corrects the entry, 'check' only looks and warns,
 *     'off' does nothing; a secret that is there still counts.
 * @param checkInterval How often it is looked at, 10s to 1d.
 * @param timeout How long a whole answer of the API may take, 1s to 2m.
 * @param onDisabled What is done about an entry that the API has disabled: 'enable' enables it
 *     again, 'warn' leaves it.
 * @param mostEnablesPerDay How many times in 24 hours it is enabled again, 0 to 100; after that it
 *     is only warned of.
 * @param oldSecretUnusedFor How long the old secret of a rotation must have verified nothing before
 *     it is dropped, 2m to 90d; after 7 times that it is dropped even if it is used.
 */
public record RegistrationProperties(
    @DefaultValue("gamma") String api,
    @Nullable String source,
    @Nullable String apiUrl,
    @Nullable SecretText credentials,
    @Nullable Map<String, String> parameters,
    @Nullable String publicUrl,
    @DefaultValue List<String> events,
    @Nullable String description,
    @Nullable Secret secret,
    @DefaultValue("apply") Mode mode,
    @DefaultValue("10m") Duration checkInterval,
    @DefaultValue("10s") Duration timeout,
    @DefaultValue("enable") OnDisabled onDisabled,
    @DefaultValue("3") int mostEnablesPerDay,
    @DefaultValue("24h") Duration oldSecretUnusedFor) {

  /** Whose the signing secret is. */
  public enum Secret {
    /** The source's own, given to the API. */
    SOURCE,
    /** Made here or by the API, and kept in the store. */
    MANAGED
  }

  /** What is done about the entry. */
  public enum Mode {
    /** It is made and corrected. */
    APPLY,
    /** It is looked at. */
    CHECK,
    /** Nothing. */
    OFF
  }

  /** What is done about an entry that the API has disabled. */
  public enum OnDisabled {
    /** It is enabled again. */
    ENABLE,
    /** It is warned of. */
    WARN
  }

  /** The name of its source. */
  String sourceOr(String name) {
    return source == null ? name : source;
  }

  /** Whether its secret is kept in the store, as far as its source's configuration decides it. */
  boolean isManaged(@Nullable SourceProperties of) {
    if (secret != null) {
      return secret == Secret.MANAGED;
    }
    return of == null || of.secrets().stream().allMatch(SecretProperties::isEmpty);
  }
}
