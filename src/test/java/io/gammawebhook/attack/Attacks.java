package io.gammawebhook.attack;

import io.gammawebhook.verify.SignatureEncoding;
import io.gammawebhook.verify.SignatureRule;
import io.gammawebhook.verify.TimestampRule;
import io.gammawebhook.verify.ValueLocation;
import io.gammawebhook.verify.ValueLocation.InHeader;
import io.gammawebhook.verify.ValueLocation.InQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of attacks: of each scheme, what a stranger makes of one honest request. */
final class Attacks {

  /** What is in an attack and must never come back. */
  static final String CANARY = "canary-7f3a";

  private static final Set<Integer> REJECTED = Set.of(401);

  /** No signature could be read, or the server itself refused what is no HTTP. */
  private static final Set<Integer> REFUSED =
      Set.of(400, 401, 403, 404, 405, 413, 414, 415, 417, 431);

  private static final Pattern SIGNED_HEADER = Pattern.compile("\\{header\\.([^}]+)}");

  private final HonestSender sender;
  private final HonestSender stranger;
  private final List<Attack> all = new ArrayList<>();

  /**
   * One of them.
   *
   * @param expected the statuses that are right
   */
  record Attack(String scheme, String name, Wire request, Set<Integer> expected) {
    @Override
    public String toString() {
      return scheme + ": " + name;
    }
  }

  private Attacks(HonestSender sender) {
    this.sender = sender;
    this.stranger = new HonestSender(sender.name());
  }

  static List<Attack> on(HonestSender sender) {
    Attacks attacks = new Attacks(sender);
    attacks.onTheSignature();
    attacks.onWhatIsSigned();
    attacks.onTheTime();
    attacks.onHttp();
    return attacks.all;
  }

  private Wire honest() {
    return sender.event("captured-" + all.size());
  }

  private void add(String name, Wire request, Set<Integer> expected) {
    all.add(new Attack(sender.name(), name, request.and("X-Canary", CANARY), expected));
  }

  private void onTheSignature() {
    add("of a stranger with a secret of its own", stranger.event("forged"), REJECTED);
    ValueLocation at = rule().location();
    if (at instanceof InHeader header) {
      String name = header.name();
      Wire honest = honest();
      String signature = honest.header(name);
      add("no signature", honest.without(name), REJECTED);
      add("an empty signature", honest.with(name, ""), REJECTED);
      add("a blank signature", honest.with(name, " \t "), REJECTED);
      add("the signature twice", honest.and(name, signature), REJECTED);
      add("another signature before it", honest.with(name, "x").and(name, signature), REJECTED);
      add("a signature after a comma", honest.with(name, "x, " + CANARY), REJECTED);
      add(
          "half of it",
          honest.with(name, signature.substring(0, signature.length() / 2)),
          REJECTED);
      if (rule().encoding() == SignatureEncoding.BASE64) {
        add("in the other case", honest.with(name, swapCase(signature)), REJECTED);
      }
      add("with a zero byte", honest.with(name, signature + "\0"), REFUSED);
      add("in letters beyond ASCII", honest.with(name, "\u00ff\u00fe" + signature), REJECTED);
      add("very long", honest.with(name, "v1,".repeat(2000)), REFUSED);
      add("a list of many", honest.with(name, "v1,AAAA v0=00 t=1,v1=00 ".repeat(60)), REFUSED);
      add("in the query", in(honest.without(name), name, signature), REJECTED);
      add("in a header of a near name", honest.without(name).and(name + "-", signature), REJECTED);
      add(
          "under a forwarding name",
          honest.without(name).and("x-original-" + name, signature),
          REJECTED);
      for (int i = 1; i <= 3; i++) {
        int place = signature.length() - 1 - i * 5;
        if (place > 0) {
          add(
              "one character changed, " + i,
              honest.with(name, changed(signature, place)),
              REJECTED);
        }
      }
      for (String word :
          List.of(
              "none", "null", "true", "0", "[]", "{}", "sha256=", "v1,", "=", ";", "' or '1'='1")) {
        add("the signature " + word, honest.with(name, word), REJECTED);
      }
    } else if (at instanceof InQuery query) {
      Wire honest = honest();
      add("no key", honest.target(target -> sender.path()), REJECTED);
      add("the key twice", honest.target(target -> target + "&" + query.name() + "=x"), REJECTED);
      add("a longer key", honest.target(target -> target + "x"), REJECTED);
    } else {
      String body = new String(honest().body(), StandardCharsets.UTF_8);
      add("no body", honest().body(new byte[0]), REJECTED);
      add(
          "no signature in it",
          honest().body(bytes(body.replaceAll("\"(signature|clientState)\":", "\"x\":"))),
          REJECTED);
      add("cut JSON", honest().body(bytes(body.substring(0, body.length() / 3))), REJECTED);
    }
  }

  private void onWhatIsSigned() {
    if (rule().signed() == null || rule().bodyUnsigned()) {
      return;
    }
    Wire honest = honest();
    byte[] body = honest.body();
    for (int i = 0; i < body.length; i += Math.max(1, body.length / 8)) {
      byte[] flipped = body.clone();
      flipped[i] ^= 1;
      add("byte " + i + " of the body changed", honest.body(flipped), REJECTED);
    }
    add("no body", honest.body(new byte[0]), REJECTED);
    add("a longer body", honest.body(bytes(text(body) + " ")), REJECTED);
    add("a shorter body", honest.body(Arrays.copyOf(body, body.length - 1)), REJECTED);
    add("a body in UTF-16", honest.body(text(body).getBytes(StandardCharsets.UTF_16)), REJECTED);
    add(
        "another body with a " + CANARY,
        honest.body(bytes("{\"id\":\"" + CANARY + "\"}")),
        REJECTED);
    if (sender.scheme().covers(new InQuery("a"))) {
      add(
          "another query",
          honest.target(target -> target + (target.contains("?") ? "&" : "?") + "a=1"),
          REJECTED);
    }
    Matcher signed = SIGNED_HEADER.matcher(Objects.requireNonNull(rule().signed()).toString());
    while (signed.find()) {
      String name = signed.group(1);
      String value = honest.header(name);
      add("no " + name, honest.without(name), REJECTED);
      add(name + " twice", honest.and(name, value), REJECTED);
      add("another " + name, honest.with(name, changed(value, value.length() - 1)), REJECTED);
      add(name + " in the query", in(honest.without(name), name, value), REJECTED);
    }
  }

  private void onTheTime() {
    TimestampRule time = sender.scheme().timestamp();
    if (time == null) {
      return;
    }
    Instant now = Instant.now();
    Duration beyond = time.tolerance().value().plusSeconds(30);
    add("captured too long ago", sender.event("old", now.minus(beyond)), REJECTED);
    add("captured a year ago", sender.event("older", now.minus(Duration.ofDays(365))), REJECTED);
    add("from the future", sender.event("early", now.plus(beyond)), REJECTED);
    if (time.location() instanceof InHeader header) {
      Wire honest = honest();
      for (String text :
          List.of(
              "0",
              "-1",
              "+1",
              "1e9",
              "NaN",
              "Infinity",
              "0x5f5e100",
              "1.0",
              "1_000",
              "\u0661\u0662",
              "99999999999999999999",
              "9223372036854775807",
              "1970-01-01",
              "now",
              CANARY)) {
        add(header + " is " + text, honest.with(header.name(), text), REFUSED);
      }
    }
  }

  private void onHttp() {
    String path = sender.path();
    for (String other :
        List.of(
            path + "/",
            path + "/x",
            "/webhooks//" + sender.name(),
            "/webhooks/%"
                + Integer.toHexString(sender.name().charAt(0))
                + sender.name().substring(1),
            path + ";a=b",
            "/webhooks/./" + sender.name(),
            path.toUpperCase(Locale.ROOT),
            path + "%00",
            path + "%2f..%2f" + sender.name(),
            path + "\\x")) {
      add("the path " + other, honest().target(target -> target.replace(path, other)), REFUSED);
    }
    for (String method :
        List.of("PUT", "DELETE", "PATCH", "HEAD", "TRACE", "CONNECT", "PROPFIND")) {
      add("the method " + method, honest().method(method), Set.of(400, 405));
    }
    add("GET", honest().method("GET").body(new byte[0]), Set.of(400, 405));
    add("OPTIONS", honest().method("OPTIONS").body(new byte[0]), Set.of(400, 405));
    add(
        "overridden method",
        honest().method("GET").and("X-HTTP-Method-Override", "POST"),
        Set.of(400, 405));
    add(
        "two lengths",
        stranger.event("x").and("Content-Length", "3").and("Content-Length", "4"),
        Set.of(400));
    add(
        "length and chunks",
        stranger
            .event("x")
            .and("Content-Length", "3")
            .and("Transfer-Encoding", "chunked")
            .body(bytes("3\r\nabc\r\n0\r\n\r\n")),
        REFUSED);
    add("an unknown coding", stranger.event("x").and("Transfer-Encoding", "xchunked"), Set.of(400));
    add("a negative length", stranger.event("x").and("Content-Length", "-1"), Set.of(400));
    add(
        "a body said to be huge",
        stranger.event("x").and("Content-Length", "99999999"),
        Set.of(413));
    add("a header without a name", stranger.event("x").and("", "x"), REFUSED);
    add("a header with a blank", stranger.event("x").and("a b", "x"), REFUSED);
    add("a folded header", stranger.event("x").and("X-A", "a\r\n b"), REFUSED);
    add("a large header", stranger.event("x").and("X-A", "a".repeat(20_000)), REFUSED);
    Wire many = stranger.event("x");
    for (int i = 0; i < 300; i++) {
      many = many.and("X-" + i, "a");
    }
    add("300 headers", many, REFUSED);
    add("a strange expectation", stranger.event("x").and("Expect", "a-miracle"), Set.of(417));
  }

  private SignatureRule rule() {
    return Objects.requireNonNull(sender.scheme().signature());
  }

  private static Wire in(Wire request, String name, String value) {
    String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
    return request.target(
        target -> target + (target.contains("?") ? "&" : "?") + name + "=" + encoded);
  }

  private static String swapCase(String text) {
    StringBuilder swapped = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                swapped.append(
                    Character.isUpperCase(c)
                        ? (char) Character.toLowerCase(c)
                        : (char) Character.toUpperCase(c)));
    return swapped.toString();
  }

  private static String changed(String text, int place) {
    char c = text.charAt(place);
    return text.substring(0, place) + (c == '1' ? '2' : '1') + text.substring(place + 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
