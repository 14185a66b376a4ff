package io.gammawebhook.verify;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a signature may fit no secret, for the operator: it is tried with what mostly is at fault.
 * Each try costs as much as a verification, so callers bound how often they ask, and while one hint
 * is looked for there is no other. Nothing here lets a request pass. Safe for use by many threads.
 */
public final class MismatchHints {

  /** Larger bodies are not written anew. */
  private static final int MAX_BODY = 64 << 10;

  /** How many times as long as the body what is written of it may become, and 1 KB. */
  private static final int MAX_GROWTH = 4;

  /** One at a time, whoever asks: what a forger sends takes the time and memory of one. */
  private static final Semaphore ONE = new Semaphore(1);

  private static final ObjectMapper MAPPER = new ObjectMapper(JsonTree.FACTORY);

  /** As Python writes it, in one line with blanks. */
  private static final DefaultPrettyPrinter BLANKS =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEntrySpacing(Separators.Spacing.AFTER)
                  .withArrayValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(DefaultPrettyPrinter.NopIndenter.instance)
          .withArrayIndenter(DefaultPrettyPrinter.NopIndenter.instance);

  /** What most libraries write, each also with escapes for all that is not ASCII. */
  private static final List<ObjectWriter> WRITERS =
      Stream.of(
              MAPPER,
              MAPPER.copyWith(
                  new JsonFactoryBuilder()
                      .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                      .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                      .build()))
          .flatMap(
              mapper ->
                  Stream.of(
                      mapper.writer(),
                      mapper.writer(BLANKS),
                      mapper.writerWithDefaultPrettyPrinter()))
          .toList();

  private final SourceName source;
  private final SignatureScheme scheme;
  private final Keyring keyring;
  private final Tolerance tolerance;
  private final @Nullable String publicUrl;
  private final InstantSource clock;
  private final Supplier<Map<SourceName, Keyring>> others;

  /**
   * @param others the secrets of all sources, by name
   */
  public MismatchHints(
      SourceName source,
      SignatureScheme scheme,
      Keyring keyring,
      Tolerance tolerance,
      @Nullable String publicUrl,
      InstantSource clock,
      Supplier<Map<SourceName, Keyring>> others) {
    this.source = source;
    this.scheme = scheme;
    this.keyring = keyring;
    this.tolerance = tolerance;
    this.publicUrl = publicUrl;
    this.clock = clock;
    this.others = others;
  }

  /** A sentence for the operator; null if nothing that is tried fits, or another is looked for. */
  public @Nullable String of(SignedRequest request) {
    if (!ONE.tryAcquire()) {
      return null;
    }
    try {
      return find(request);
    } finally {
      ONE.release();
    }
  }

  private @Nullable String find(SignedRequest request) {
    for (Map.Entry<SourceName, Keyring> other : others.get().entrySet()) {
      if (!other.getKey().equals(source)) {
        for (LiveSecret secret : other.getValue().secrets()) {
          if (fits(request, List.of(named(request, secret)), publicUrl)) {
            return "it fits the secret '" + secret.name() + "' of source " + other.getKey();
          }
        }
      }
    }
    for (LiveSecret secret : keyring.secrets()) {
      if (scheme.namesKeys() && fits(request, List.of(named(request, secret)), publicUrl)) {
        return "it fits the secret '" + secret.name() + "', and names another key";
      }
      for (Map.Entry<String, byte[]> reading : readings(secret.secret()).entrySet()) {
        LiveSecret other =
            LiveSecret.always(secret.name(), SigningSecret.ofKey(reading.getValue()));
        if (fits(request, List.of(named(request, other)), publicUrl)) {
          return "it fits the secret '" + secret.name() + "' " + reading.getKey();
        }
      }
    }
    if (scheme.needsPublicUrl() && publicUrl != null) {
      for (String other : otherUrls(publicUrl)) {
        if (fits(request, keyring.secrets(), other)) {
          return "it fits the address " + other + ": correct public-url";
        }
      }
    }
    boolean writtenAnew =
        otherBodies(request.body().bytes())
            .anyMatch(
                body -> fits(new Changed(request, RawBody.of(body)), keyring.secrets(), publicUrl));
    return writtenAnew
        ? "it fits the body written in another way: something between the sender and here, such as a"
            + " proxy, changes it"
        : null;
  }

  private boolean fits(SignedRequest request, List<LiveSecret> secrets, @Nullable String url) {
    try {
      return new SignatureVerifier(
                  source, scheme, new Keyring(scheme, secrets), tolerance, url, clock)
              .verify(request)
          instanceof Verified;
    } catch (IllegalArgumentException e) {
      // A secret that is no key of this scheme.
      return false;
    }
  }

  /** Other keys that the same text could have meant, by what was wrong. */
  private Map<String, byte[]> readings(SigningSecret secret) {
    Map<String, byte[]> readings = new LinkedHashMap<>();
    SecretEncoding encoding = scheme.secretEncoding();
    if (encoding == SecretEncoding.UTF8) {
      String text = new String(secret.key(), StandardCharsets.UTF_8);
      String bare = text.startsWith("whsec_") ? text.substring("whsec_".length()) : text;
      if (text.matches("(?s)([\"']).+\\1")) {
        readings.put("without the quotes around it", bytes(text.substring(1, text.length() - 1)));
      }
      put(readings, "read as base64: it is used as text", () -> Base64.getDecoder().decode(bare));
      put(readings, "read as hex: it is used as text", () -> HexFormat.of().parseHex(text));
    } else if (encoding == SecretEncoding.WHSEC || encoding == SecretEncoding.BASE64) {
      String text = Base64.getEncoder().encodeToString(secret.key());
      readings.put("used as text: it is read as base64", bytes(text));
      readings.put("used as text, with its whsec_: it is read as base64", bytes("whsec_" + text));
    } else if (encoding == SecretEncoding.HEX && signsWithAMac()) {
      readings.put(
          "used as text: it is read as hex", bytes(HexFormat.of().formatHex(secret.key())));
    }
    return readings;
  }

  private boolean signsWithAMac() {
    SignatureRule rule = scheme.signature();
    return rule != null && rule.algorithm().isSymmetric();
  }

  private static void put(Map<String, byte[]> readings, String what, Supplier<byte[]> reader) {
    try {
      byte[] key = reader.get();
      if (key.length > 0) {
        readings.put(what, key);
      }
    } catch (IllegalArgumentException e) {
      // It is not of that form, so nobody meant that.
      return;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> otherUrls(String url) {
    List<String> urls = new ArrayList<>();
    String swapped =
        url.startsWith("https:")
            ? "http:" + url.substring("https:".length())
            : "https:" + url.substring("http:".length());
    for (String each : List.of(url, swapped)) {
      urls.add(each);
      urls.add(each.endsWith("/") ? each.substring(0, each.length() - 1) : each + "/");
    }
    return urls;
  }

  /** Each is made when the one before did not fit. */
  private static Stream<byte[]> otherBodies(byte[] body) {
    if (body.length == 0 || body.length > MAX_BODY) {
      return Stream.empty();
    }
    String text = new String(body, StandardCharsets.ISO_8859_1);
    Stream<byte[]> lines =
        Stream.<Supplier<String>>of(
                text::strip,
                () -> text + "\n",
                () -> text.replace("\r\n", "\n"),
                () -> text.replace("\r\n", "\n").replace("\n", "\r\n"))
            .map(other -> other.get().getBytes(StandardCharsets.ISO_8859_1));
    Object tree = tree(body);
    return tree == null
        ? lines
        : Stream.concat(
            lines, WRITERS.stream().flatMap(writer -> written(writer, tree, body.length)));
  }

  private static @Nullable Object tree(byte[] body) {
    try {
      return MAPPER.readValue(body, Object.class);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // No JSON.
      return null;
    }
  }

  private static Stream<byte[]> written(ObjectWriter writer, Object tree, int length) {
    BoundedOutput output = new BoundedOutput(MAX_GROWTH * length + 1024);
    try {
      writer.writeValue(output, tree);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Longer than anything that a sender could have written in its place.
      return Stream.empty();
    }
    byte[] plain = output.toByteArray();
    String text = new String(plain, StandardCharsets.ISO_8859_1);
    return text.indexOf('/') < 0
        ? Stream.of(plain)
        // As PHP writes it.
        : Stream.of(plain, text.replace("/", "\\/").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Takes so many bytes and no more. */
  private static final class BoundedOutput extends ByteArrayOutputStream {
    private final int most;

    BoundedOutput(int most) {
      this.most = most;
    }

    @Override
    public synchronized void write(int b) {
      refuseBeyond(1);
      super.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      refuseBeyond(length);
      super.write(bytes, from, length);
    }

    private void refuseBeyond(int more) {
      if (count + more > most) {
        throw new IllegalStateException("Too long");
      }
    }
  }

  /** A secret that always counts, by the name that the request gives where it gives one. */
  private LiveSecret named(SignedRequest request, LiveSecret secret) {
    SignatureRule rule = scheme.signature();
    String name = secret.name();
    if (rule != null && rule.keyId() instanceof ValueLocation.InHeader header) {
      List<String> given = request.header(header.name());
      name = given.size() == 1 && LiveSecret.isName(given.get(0)) ? given.get(0) : name;
    }
    return LiveSecret.always(name, secret.secret());
  }

  /** The same request with another body. */
  private record Changed(SignedRequest request, RawBody body) implements SignedRequest {
    @Override
    public String method() {
      return request.method();
    }

    @Override
    public @Nullable String query() {
      return request.query();
    }

    @Override
    public List<String> header(String lowerCaseName) {
      return request.header(lowerCaseName);
    }
  }
}
