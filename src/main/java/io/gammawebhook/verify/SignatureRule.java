package io.gammawebhook.verify;

/**
 * Where the signature is and how it is made.
 *
 * @param header in lower case
 * @param format how the header is written
 * @param signed which bytes are signed
 * @param algorithm how the signature is computed
 * @param encoding how its bytes are written
 * @param secret how the secret is written
 */
public record SignatureRule(
    String header,
    SignatureFormat format,
    SignedTemplate signed,
    Algorithm algorithm,
    SignatureEncoding encoding,
    SecretEncoding secret) {}
