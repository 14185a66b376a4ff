package io.gammawebhook.registration;

import io.gammawebhook.audit.LogText;
import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.Wanted;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which of an API's entries is ours: the one whose id the store has; else the one with our marker
 * at our address; else one without any marker at our address. An entry at another address is
 * another one's, whatever its marker: two installations may be configured alike.
 *
 * @param ours null if there is none
 * @param doubles others with our marker at our address
 * @param unmarked how many others without a marker are at our address
 * @param foreign one with another marker at our address, where there is none of ours; else null
 */
record Found(
    @Nullable Registered ours,
    List<Registered> doubles,
    int unmarked,
    @Nullable Registered foreign) {

  private static final int LONGEST = 200;

  /**
   * @param apiId what the store has as ours
   * @param replaces one that is to be deleted anyway, which is no double
   */
  static Found among(
      List<Registered> all, Wanted wanted, @Nullable String apiId, @Nullable String replaces) {
    List<Registered> here =
        all.stream()
            .filter(each -> isSame(each.url(), wanted.url()))
            .sorted(Comparator.comparing(Registered::id))
            .toList();
    List<Registered> marked =
        here.stream().filter(each -> wanted.marker().equals(each.marker())).toList();
    List<Registered> unmarked =
        here.stream().filter(each -> each.marker() == null || each.marker().isBlank()).toList();
    Registered known =
        all.stream().filter(each -> each.id().equals(apiId)).findFirst().orElse(null);
    Registered ours = known;
    for (List<Registered> some : List.of(marked, unmarked)) {
      ours = ours == null && !some.isEmpty() ? some.get(0) : ours;
    }
    String id = ours == null ? null : ours.id();
    return new Found(
        ours,
        marked.stream()
            .filter(each -> !each.id().equals(id) && !each.id().equals(replaces))
            .toList(),
        (int)
            unmarked.stream()
                .filter(each -> !each.id().equals(id) && !each.id().equals(replaces))
                .count(),
        ours == null && !here.isEmpty() ? here.get(0) : null);
  }

  /**
   * What differs, but whether it is switched on. A missing marker is no difference where the API
   * takes none later: the store knows the entry.
   */
  static List<Difference> differences(Wanted wanted, Registered entry, ApiDescription api) {
    List<Difference> differences = new ArrayList<>();
    if (!isSame(wanted.url(), entry.url())) {
      differences.add(new Difference("url", wanted.url(), shown(entry.url())));
    }
    if (api.tellsEvents()
        && !new TreeSet<>(wanted.events()).equals(new TreeSet<>(entry.events()))) {
      differences.add(
          new Difference("events", events(wanted.events()), shown(events(entry.events()))));
    }
    String description = wanted.description();
    if (api.keepsDescription()
        && description != null
        && !description.equals(Objects.requireNonNullElse(entry.description(), ""))) {
      differences.add(new Difference("description", description, shown(entry.description())));
    }
    if (api.keepsMarker() && api.canMark() && !wanted.marker().equals(entry.marker())) {
      differences.add(new Difference("marker", wanted.marker(), shown(entry.marker())));
    }
    return differences;
  }

  private static String events(List<String> events) {
    return events.isEmpty() ? "all" : String.join(", ", new TreeSet<>(events));
  }

  /** A text of the API's, printable and bounded. */
  static String shown(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return "none";
    }
    String line = LogText.printable(text);
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }

  /** Whether two addresses are one, however host, port and an empty path are written. */
  static boolean isSame(String one, String other) {
    return one.equals(other) || normal(one).equals(normal(other));
  }

  private static String normal(String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        // An address with more than these parts is no other one.
        return url;
      }
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      String host = uri.getHost().toLowerCase(Locale.ROOT);
      int standard = scheme.equals("https") ? 443 : 80;
      int port = uri.getPort() == -1 ? standard : uri.getPort();
      String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      return scheme + "://" + host + ":" + port + path + query;
    } catch (IllegalArgumentException e) {
      return url;
    }
  }
}
