package io.gammawebhook.registration.api;

import io.gammawebhook.registration.api.ApiAnswer.Unreadable;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The next page as the header {@code Link} names it (RFC 8288). It is on the host that the
 * credentials are for.
 *
 * @param base an address of that host
 */
record NextLink(URI base) {

  private static final int LONGEST = 4_096;

  /** {@code <address>; rel="next"}, among others. */
  private static final Pattern LINK =
      Pattern.compile("<([^<>]*)>((?:\\s*;\\s*[a-zA-Z-]+=(?:\"[^\"]*\"|[^\",;\\s]*))*)");

  private static final Pattern REL_NEXT =
      Pattern.compile("(?i)rel=(?:\"(?:[^\"]* )?next(?: [^\"]*)?\"|next\\b)");

  /**
   * @param page what the link may be relative to
   * @return null where there is none
   */
  @Nullable URI in(HttpHeaders headers, URI page) throws Unreadable {
    for (String header : headers.allValues("link")) {
      if (header.length() > LONGEST) {
        throw new Unreadable("has a header Link of more than " + LONGEST + " characters");
      }
      Matcher link = LINK.matcher(header);
      while (link.find()) {
        if (REL_NEXT.matcher(link.group(2)).find()) {
          return onTheHost(link.group(1), page);
        }
      }
    }
    return null;
  }

  private URI onTheHost(String link, URI page) throws Unreadable {
    URI next;
    try {
      next = page.resolve(link);
    } catch (IllegalArgumentException e) {
      throw new Unreadable("has a header Link that is no address");
    }
    if (!String.valueOf(next.getScheme()).equalsIgnoreCase(base.getScheme())
        || !String.valueOf(next.getHost()).equalsIgnoreCase(base.getHost())
        || port(next) != port(base)
        || next.getRawUserInfo() != null) {
      throw new Unreadable(
          "has a header Link that leads to another host, where the credentials do not go");
    }
    return next;
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
  }
}
