package io.gammawebhook.verify;

import io.gammawebhook.event.RawBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a verifier reads of a request. */
public interface SignedRequest {

  /** As sent, such as {@code POST}. */
  String method();

  /** The raw query string without {@code ?}; null if there is none. */
  @Nullable String query();

  /**
   * All values of a header, in order; empty if it is absent. Each character stands for one byte as
   * received (ISO-8859-1, as servlet containers decode header fields), so that the signed bytes can
   * be had back. Only real header fields: a query parameter or form field is never a header.
   *
   * @param lowerCaseName the field's name in lower case
   */
  List<String> header(String lowerCaseName);

  /** The exact bytes that were sent. */
  RawBody body();
}
