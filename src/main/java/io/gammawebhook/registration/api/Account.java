package io.gammawebhook.registration.api;

import io.gammawebhook.verify.SecretText;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where an API is, and as whom it is spoken to. It does not print its credentials.
 *
 * @param baseUrl what the paths of the API's description are appended to; {@code https}, or {@code
 *     http} on this machine only: the credentials would be read on their way
 * @param credentials what proves who we are, such as a token: 1 to 8192 visible characters of ASCII
 * @param parameters what the description's paths and bodies need besides, such as {@code owner}
 * @param timeout how long one call may take, from the connection to the last byte of the answer; 1
 *     ms to 5 min
 */
public record Account(
    URI baseUrl, SecretText credentials, Map<String, String> parameters, Duration timeout) {

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final int MOST_CREDENTIALS = 8_192;

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * @throws IllegalArgumentException if a part is out of its bounds; the message is a sentence that
   *     names the option ({@code api-url}, {@code credentials}, {@code timeout}) and the cure, and
   *     shows no secret
   */
  public Account {
    baseUrl = checked(baseUrl);
    check(credentials);
    if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("timeout must be 1ms to 5m, was " + timeout);
    }
    parameters = Map.copyOf(parameters);
  }

  private static URI checked(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    if (host.isEmpty() || !Set.of("https", "http").contains(scheme)) {
      throw new IllegalArgumentException(
          "api-url must be the whole address of the API, such as https://api.example.com/v1");
    }
    if (host.contains("%")) {
      throw new IllegalArgumentException(
          "api-url must hold no zone of this machine's network; delete what begins with % in its"
              + " host, or use a name");
    }
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "api-url must hold no name or password before the host; put them into credentials");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "api-url must end with its path; delete what is behind ? or #");
    }
    if (scheme.equals("http") && !THIS_MACHINE.contains(host)) {
      throw new IllegalArgumentException(
          "api-url must begin with https:// unless the API is on this machine (localhost): else"
              + " the credentials could be read on their way");
    }
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
  }

  private static void check(SecretText credentials) {
    String text = credentials.reveal();
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "credentials are missing; give the API's token, or file: and the path of a file with it");
    }
    if (text.length() > MOST_CREDENTIALS || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "credentials must be at most "
              + MOST_CREDENTIALS
              + " visible ASCII characters without blanks; copy the token alone");
    }
  }
}
