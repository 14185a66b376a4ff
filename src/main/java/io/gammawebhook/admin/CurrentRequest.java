package io.gammawebhook.admin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The HTTP request at work on this thread, as the host's server and its rules for proxies see it;
 * nothing is known of it where the host is no servlet application. Safe for use by many threads.
 */
public final class CurrentRequest {

  private static final boolean KNOWN =
      ClassUtils.isPresent("org.springframework.web.context.request.RequestContextHolder", null)
          && ClassUtils.isPresent("jakarta.servlet.http.HttpServletRequest", null);

  Optional<String> remoteAddress() {
    return KNOWN ? attributes().map(it -> it.getRequest().getRemoteAddr()) : Optional.empty();
  }

  /**
   * Whether a browser sent it for a page of another host. Programs that are no browser name no
   * page.
   */
  boolean isOfAnotherSite() {
    return KNOWN && attributes().map(it -> isOfAnotherSite(it.getRequest())).orElse(false);
  }

  private static boolean isOfAnotherSite(HttpServletRequest request) {
    if ("cross-site".equalsIgnoreCase(request.getHeader("Sec-Fetch-Site"))) {
      return true;
    }
    String origin = request.getHeader("Origin");
    return origin != null && !bare(request.getServerName()).equalsIgnoreCase(host(origin));
  }

  /** The host of an origin; null for one that has none, such as {@code null}. */
  private static @Nullable String host(String origin) {
    try {
      String host = new URI(origin).getHost();
      return host == null ? null : bare(host);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** Servers differ in whether an address of IPv6 keeps its brackets. */
  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** Tells the client when to ask again, where that can be told. */
  void retryAfter(Duration wait) {
    if (KNOWN) {
      HttpServletResponse response =
          attributes().map(ServletRequestAttributes::getResponse).orElse(null);
      if (response != null) {
        response.setHeader("Retry-After", String.valueOf(Math.max(1, wait.toSeconds())));
      }
    }
  }

  private static Optional<ServletRequestAttributes> attributes() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes found
        ? Optional.of(found)
        : Optional.empty();
  }
}
