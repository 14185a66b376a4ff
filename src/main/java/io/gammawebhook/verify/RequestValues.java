package io.gammawebhook.verify;

import io.gammawebhook.verify.ValueLocation.InBody;
import io.gammawebhook.verify.ValueLocation.InForm;
import io.gammawebhook.verify.ValueLocation.InHeader;
import io.gammawebhook.verify.ValueLocation.InQuery;
import io.gammawebhook.verify.ValueLocation.InSignature;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a scheme reads of one request: each value is there once, or the request is refused. What was
 * found is kept, so that a query or a body is read once. Used by one thread.
 */
final class RequestValues implements SignedTemplate.Values {

  private final SignedRequest request;
  private final @Nullable String publicUrl;
  private final Map<ValueLocation, ValueReader> readers;
  private final Map<ValueLocation, String> found = new HashMap<>();
  private Map<String, List<String>> signature = Map.of();
  private @Nullable SortedMap<String, List<String>> form;

  /**
   * @param publicUrl the source's address as its sender knows it, if that is configured
   * @param readers of the values in the body
   */
  RequestValues(
      SignedRequest request, @Nullable String publicUrl, Map<ValueLocation, ValueReader> readers) {
    this.request = request;
    this.publicUrl = publicUrl;
    this.readers = readers;
  }

  /** The readers of those of the locations that are in the body. */
  static Map<ValueLocation, ValueReader> readers(Collection<ValueLocation> locations) {
    Map<ValueLocation, ValueReader> readers = new HashMap<>();
    for (ValueLocation location : locations) {
      if (location instanceof InBody inBody) {
        readers.put(location, ValueReader.ofSame(inBody));
      }
    }
    return readers;
  }

  /** Makes known what a signature header holds beside signatures. */
  void signature(Map<String, List<String>> entries) {
    signature = entries;
  }

  @Override
  public String only(ValueLocation location) throws Refusal {
    String known = found.get(location);
    if (known != null) {
      return known;
    }
    String value = read(location);
    found.put(location, value);
    return value;
  }

  private String read(ValueLocation location) throws Refusal {
    if (location instanceof InHeader header) {
      return header(header.name());
    }
    if (location instanceof InSignature entry) {
      return entry(entry.key());
    }
    if (location instanceof InQuery parameter) {
      String query = request.query();
      return field(location, query == null ? null : FormText.parse(query), parameter.name());
    }
    if (location instanceof InForm field) {
      return field(location, form(), field.name());
    }
    ValueReader reader = readers.get(location);
    String value = reader == null ? null : reader.read(request);
    if (value == null || value.isEmpty()) {
      throw new Refusal(
          RejectionReason.MISSING_FIELD,
          "no text, or not the same everywhere, at " + ((InBody) location).jsonPath());
    }
    return value;
  }

  private String header(String name) throws Refusal {
    List<String> values = request.header(name);
    if (values.isEmpty()) {
      throw new Refusal(RejectionReason.MISSING_HEADER, "no header " + name);
    }
    if (values.size() > 1) {
      throw new Refusal(RejectionReason.AMBIGUOUS_HEADER, values.size() + " headers " + name);
    }
    if (values.get(0).isEmpty()) {
      throw new Refusal(RejectionReason.MALFORMED_HEADER, "header " + name + " is empty");
    }
    return values.get(0);
  }

  private String entry(String key) throws Refusal {
    List<String> values = signature.getOrDefault(key, List.of());
    if (values.size() > 1) {
      throw new Refusal(
          RejectionReason.AMBIGUOUS_HEADER, "the signature header has several entries " + key);
    }
    if (values.isEmpty() || values.get(0).isEmpty()) {
      throw new Refusal(
          RejectionReason.MALFORMED_HEADER, "the signature header has no entry " + key);
    }
    return values.get(0);
  }

  private static String field(
      ValueLocation location, @Nullable Map<String, List<String>> fields, String name)
      throws Refusal {
    List<String> values = fields == null ? List.of() : fields.getOrDefault(name, List.of());
    if (values.isEmpty() || values.get(0).isEmpty()) {
      throw new Refusal(RejectionReason.MISSING_FIELD, "no " + location);
    }
    if (values.size() > 1) {
      throw new Refusal(RejectionReason.AMBIGUOUS_FIELD, values.size() + " times " + location);
    }
    return values.get(0);
  }

  private SortedMap<String, List<String>> form() throws Refusal {
    SortedMap<String, List<String>> read = form;
    if (read == null) {
      read = found(FormText.parse(body()));
      form = read;
    }
    return read;
  }

  @Override
  public List<ByteBuffer> sortedForm() throws Refusal {
    return found(FormText.sorted(body()));
  }

  private static <T> T found(@Nullable T form) throws Refusal {
    if (form == null) {
      throw new Refusal(RejectionReason.MISSING_FIELD, "the body is no form");
    }
    return form;
  }

  @Override
  public byte[] body() {
    return request.body().bytes();
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String publicUrl() {
    if (publicUrl == null) {
      throw new IllegalStateException("The scheme signs the address, and none is configured");
    }
    return publicUrl;
  }

  @Override
  public @Nullable String query() {
    return request.query();
  }
}
