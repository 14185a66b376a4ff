package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a request comes: over TLS, through proxies, from which network, compressed. */
@Timeout(180)
class TransportTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  private App app(Map<String, ?> properties) {
    return App.host(folder, properties);
  }

  private static int status(HttpClient client, URI url, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static int send(App app, String id, String... headers)
      throws IOException, InterruptedException {
    String body = Sender.body(id, "typed.x");
    Map<String, String> all = new HashMap<>(app.sender().signed(id, body));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return status(
        HttpClient.newHttpClient(), app.sender().url(), all, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theDocumentedExampleServesTlsAndPicksUpARenewedCertificate() throws Exception {
    KeyStore first = keys("first");
    writePem(first);
    Path configuration = folder.resolve("application-tls.yaml");
    Files.writeString(
        configuration,
        DocumentedExamplesTest.example(Path.of("docs/security.md"), "application-tls.yaml")
            .replace("/etc/hooks/tls", folder.toString())
            .replace("8443", "0"));
    try (App app = app(Map.of("spring.config.additional-location", "file:" + configuration))) {
      String body = Sender.body("evt-1", "typed.x");
      URI plain = app.url("/webhooks/gamma");
      URI url = URI.create("https://localhost:" + plain.getPort() + plain.getPath());
      Map<String, String> signed = app.sender().signed("evt-1", body);
      HttpClient trusting = client(first, null);
      assertThat(status(trusting, url, signed, body.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(202);
      KeyStore second = keys("second");
      assertThatThrownBy(() -> status(client(second, null), url, signed, new byte[0]))
          .isInstanceOf(IOException.class);

      writePem(second);
      BigInteger renewed = ((X509Certificate) second.getCertificate("hooks")).getSerialNumber();
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                HttpResponse<Void> answer =
                    client(second, null)
                        .send(
                            HttpRequest.newBuilder(url).build(),
                            HttpResponse.BodyHandlers.discarding());
                return ((X509Certificate)
                        answer.sslSession().orElseThrow().getPeerCertificates()[0])
                    .getSerialNumber()
                    .equals(renewed);
              });
    }
  }

  @Test
  void aSenderWithoutACertificateIsNotLetInWhereOneIsAskedFor() throws Exception {
    KeyStore server = keys("server");
    KeyStore sender = keys("sender");
    writePem(server);
    Files.writeString(folder.resolve("ca.crt"), pem("CERTIFICATE", certificate(sender)));
    Map<String, String> properties = new HashMap<>();
    String bundle = "spring.ssl.bundle.pem.hooks.";
    properties.put("server.ssl.bundle", "hooks");
    properties.put("server.ssl.client-auth", "need");
    properties.put(bundle + "keystore.certificate", "file:" + folder.resolve("tls.crt"));
    properties.put(bundle + "keystore.private-key", "file:" + folder.resolve("tls.key"));
    properties.put(bundle + "truststore.certificate", "file:" + folder.resolve("ca.crt"));
    try (App app = app(properties)) {
      String body = Sender.body("evt-1", "typed.x");
      URI url = URI.create("https://localhost:" + app.url("/").getPort() + "/webhooks/gamma");
      Map<String, String> signed = app.sender().signed("evt-1", body);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      assertThat(status(client(server, sender), url, signed, bytes)).isEqualTo(202);
      assertThatThrownBy(() -> status(client(server, null), url, signed, bytes))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> status(client(server, keys("stranger")), url, signed, bytes))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void inProductionPlainHttpIsTakenFromTrustedProxiesOnly() throws Exception {
    try (App app = app(Map.of("gamma.webhook.http.trusted-proxies", "192.0.2.0/24"))) {
      assertThat(send(app, "evt-1")).isEqualTo(403);
      assertThat(send(app, "evt-1", "x-forwarded-proto", "https")).isEqualTo(403);
      assertThat(send(app, "evt-1", "x-forwarded-for", "192.0.2.1")).isEqualTo(403);
    }
    try (App app = app(Map.of("gamma.webhook.mode", "dev"))) {
      assertThat(send(app, "evt-1")).isEqualTo(202);
    }
    @Nullable InetAddress other = otherThanLoopback();
    if (other != null) {
      try (App app = app(Map.of())) {
        String body = Sender.body("evt-2", "typed.x");
        URI url =
            URI.create(
                "http://"
                    + other.getHostAddress()
                    + ":"
                    + app.url("/").getPort()
                    + "/webhooks/gamma");
        assertThat(
                status(
                    HttpClient.newHttpClient(),
                    url,
                    app.sender().signed("evt-2", body),
                    body.getBytes(StandardCharsets.UTF_8)))
            .isEqualTo(403);
      }
    }
  }

  @Test
  void aSenderFromAnotherNetworkIsRefusedAndNamedInTheAudit() throws Exception {
    try (App app = app(Map.of("gamma.webhook.sources.gamma.allow-networks", "192.0.2.0/24"))) {
      assertThat(send(app, "evt-1")).isEqualTo(403);
      // The proxy on this machine says who sends; what the sender puts before that is its own word.
      assertThat(send(app, "evt-1", "x-forwarded-for", "192.0.2.7, 198.51.100.1")).isEqualTo(403);
      assertThat(send(app, "evt-1", "x-forwarded-for", "198.51.100.1, 192.0.2.7")).isEqualTo(202);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  app.inbox()
                          .count(
                              "select count(*) from webhook_audit"
                                  + " where reason = 'network-not-allowed'"
                                  + " and detail = 'from 198.51.100.1'")
                      == 1);
    }
  }

  @Test
  void aCompressedBodyIsInflatedWhereTheSourceTakesItAndNeverBeyondItsLimit() throws Exception {
    try (App app =
        app(
            Map.of(
                "gamma.webhook.sources.gamma.gzip", "true",
                "gamma.webhook.sources.gamma.max-body-size", "100KB"))) {
      String body = Sender.body("evt-1", "typed.x");
      HttpClient client = HttpClient.newHttpClient();
      URI url = app.sender().url();
      Map<String, String> signed = new HashMap<>(app.sender().signed("evt-1", body));
      signed.put("content-encoding", "gzip");
      byte[] plain = body.getBytes(StandardCharsets.UTF_8);
      assertThat(status(client, url, signed, gzip(plain))).isEqualTo(202);
      assertThat(app.inbox().lines("select cast(body as text) from webhook_body"))
          .containsExactly(body);
      assertThat(status(client, url, signed, plain)).isEqualTo(400);
      assertThat(status(client, url, signed, gzip(new byte[30 << 20]))).isEqualTo(413);
      byte[] cut = gzip(plain);
      // What stands where its length would be says how it is refused.
      assertThat(status(client, url, signed, java.util.Arrays.copyOf(cut, cut.length - 9)))
          .isIn(400, 413);
      byte[] lying = gzip(new byte[1 << 20]);
      lying[lying.length - 2] = 0;
      assertThat(status(client, url, signed, lying)).isEqualTo(400);
      ByteArrayOutputStream members = new ByteArrayOutputStream();
      for (int i = 0; i < 4_000; i++) {
        members.writeBytes(gzip(new byte[0]));
      }
      members.writeBytes(gzip(plain));
      assertThat(status(client, url, signed, members.toByteArray())).isEqualTo(400);
      byte[] wrongSum = gzip(plain);
      wrongSum[wrongSum.length - 8] ^= 1;
      assertThat(status(client, url, signed, wrongSum)).isEqualTo(400);
      signed.put("content-encoding", "br");
      assertThat(status(client, url, signed, plain)).isEqualTo(400);
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static @Nullable InetAddress otherThanLoopback() throws IOException {
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
          return address;
        }
      }
    }
    return null;
  }

  /** A new key with its own certificate, by the JDK's tool. */
  private KeyStore keys(String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "hooks",
            "-keyalg",
            "EC",
            "-dname",
            "CN=" + name,
            "-ext",
            "SAN=dns:localhost",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            new String(PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0)
        .as(Files.readString(folder.resolve(name + ".log")))
        .isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private void writePem(KeyStore keys) throws IOException, GeneralSecurityException {
    Files.writeString(
        folder.resolve("tls.key"),
        pem("PRIVATE KEY", Objects.requireNonNull(keys.getKey("hooks", PASSWORD)).getEncoded()));
    Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", certificate(keys)));
  }

  private static byte[] certificate(KeyStore keys) throws GeneralSecurityException {
    return Objects.requireNonNull(keys.getCertificate("hooks")).getEncoded();
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  private static HttpClient client(KeyStore server, @Nullable KeyStore own) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    trusted.setCertificateEntry("server", server.getCertificate("hooks"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return HttpClient.newBuilder()
        .sslContext(context)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }
}
