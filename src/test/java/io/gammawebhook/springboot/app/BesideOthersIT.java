package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.shop.ShopApplication;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plug-in dropped in beside an executable jar that knows nothing of it, by the commands of
 * {@code docs/deployment.md}. That jar is made here: an application with a controller, and the
 * libraries of the runnable product but those that the plug-in brings.
 */
class BesideOthersIT {

  private static final Pattern ENDPOINT = Pattern.compile("received at (http://\\S+)");
  private static final Pattern STARTED = Pattern.compile("Started ShopApplication");

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();
  private String commands = "";

  @BeforeEach
  void makeTheApplication() throws Exception {
    String page = Files.readString(Path.of("docs/deployment.md"));
    int begin = page.indexOf("mkdir plugins\n");
    commands = page.substring(begin, page.indexOf("```", begin)).replace("\\\n", "");
    Path product = Path.of(System.getProperty("app.jar", "target/camel-gamma-webhook-app.jar"));
    List<Pattern> brought = brought();
    Set<Pattern> found = new HashSet<>();
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    Files.copy(
        product.resolveSibling("camel-gamma-webhook.jar"),
        plugins.resolve("camel-gamma-webhook.jar"));
    try (JarFile jar = new JarFile(product.toFile())) {
      Manifest manifest = new Manifest(jar.getManifest());
      Attributes main = manifest.getMainAttributes();
      main.putValue("Start-Class", ShopApplication.class.getName());
      try (JarOutputStream shop =
          new JarOutputStream(
              Files.newOutputStream(folder.resolve("my-application.jar")), manifest)) {
        for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
          JarEntry entry = all.nextElement();
          List<Pattern> is =
              brought.stream().filter(one -> one.matcher(entry.getName()).matches()).toList();
          if (!is.isEmpty()) {
            found.addAll(is);
            Files.write(
                plugins.resolve(Path.of(entry.getName()).getFileName().toString()),
                bytes(jar, entry));
          } else if (entry.getName().startsWith("BOOT-INF/lib/")
              || entry.getName().startsWith("org/springframework/boot/loader/")) {
            add(shop, entry, bytes(jar, entry));
          }
        }
        add(shop, new JarEntry("BOOT-INF/classes/"), new byte[0]);
        String name = ShopApplication.class.getName().replace('.', '/') + ".class";
        try (InputStream in = ShopApplication.class.getResourceAsStream("/" + name)) {
          add(shop, new JarEntry("BOOT-INF/classes/" + name), in.readAllBytes());
        }
      }
    }
    assertThat(found).as("every pattern of the page names a jar").hasSameSizeAs(brought);
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void theApplicationAsItWasKnowsNoWebhook() throws Exception {
    Process server = start("-jar", "my-application.jar");

    await().atMost(Duration.ofMinutes(1)).until(() -> !server.isAlive() || said(STARTED) != null);

    assertThat(server.isAlive()).as(log()).isTrue();
    assertThat(said(ENDPOINT)).isNull();
  }

  @Test
  void theDroppedInPlugInReceivesAndDelivers() throws Exception {
    Files.createDirectories(folder.resolve("config"));
    Files.createDirectories(folder.resolve("routes"));
    Files.writeString(
        folder.resolve("config/application.yaml"),
        """
        gamma:
          webhook:
            data-dir: %s
            sources:
              gamma:
                secrets:
                  - file:%s
        camel:
          main:
            routes-include-pattern: file:routes/*.camel.yaml
        """
            .formatted(folder, folder.resolve("secret.txt")));
    Files.writeString(folder.resolve("secret.txt"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    Files.writeString(
        folder.resolve("routes/shop.camel.yaml"),
        """
        - route:
            id: shop
            from:
              uri: webhook-inbox
              parameters: { source: gamma }
              steps:
                - log: { message: "The shop got ${header.CamelWebhookEventId}" }
        """);
    String java =
        commands.lines().filter(line -> line.startsWith("java ")).findFirst().orElseThrow();
    Process server = start(Arrays.copyOfRange(java.split(" "), 1, java.split(" ").length));
    await().atMost(Duration.ofMinutes(1)).until(() -> !server.isAlive() || said(ENDPOINT) != null);
    assertThat(server.isAlive()).as(log()).isTrue();

    Process send =
        start(
            "send.log",
            "-jar",
            Path.of(System.getProperty("app.jar", "target/camel-gamma-webhook-app.jar"))
                .toAbsolutePath()
                .toString(),
            "send",
            "--url",
            String.valueOf(said(ENDPOINT)),
            "--secret-file",
            folder.resolve("secret.txt").toString(),
            "--id",
            "msg_beside");
    assertThat(send.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("send.log"))).startsWith("202 ");
    await().atMost(Duration.ofSeconds(20)).until(() -> log().contains("The shop got msg_beside"));
    assertThat(log()).contains("Started ShopApplication").doesNotContain("multiple SLF4J");
  }

  /** The patterns of the page's {@code unzip}. */
  private List<Pattern> brought() {
    List<Pattern> patterns = new ArrayList<>();
    Matcher quoted = Pattern.compile("'(BOOT-INF/lib/[^']+)'").matcher(commands);
    while (quoted.find()) {
      patterns.add(Pattern.compile(quoted.group(1).replace(".", "\\.").replace("*", "[^/]*")));
    }
    assertThat(patterns).hasSizeGreaterThan(5);
    return patterns;
  }

  private static byte[] bytes(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  /** Nested jars have to be stored as they are: Spring Boot reads them in place. */
  private static void add(JarOutputStream jar, JarEntry entry, byte[] bytes) throws IOException {
    JarEntry copy = new JarEntry(entry.getName());
    if (entry.getMethod() == JarEntry.STORED) {
      copy.setMethod(JarEntry.STORED);
      copy.setSize(entry.getSize());
      copy.setCrc(entry.getCrc());
    }
    jar.putNextEntry(copy);
    jar.write(bytes);
    jar.closeEntry();
  }

  private Process start(String... arguments) throws IOException {
    boolean log = arguments[0].endsWith(".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(log ? List.of(arguments).subList(1, arguments.length) : List.of(arguments));
    if (!log) {
      command.add("--server.port=0");
    }
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log ? arguments[0] : "log").toFile())
            .start();
    started.add(process);
    return process;
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private @Nullable String said(Pattern pattern) throws IOException {
    Matcher matcher = pattern.matcher(log());
    return matcher.find() ? matcher.group(matcher.groupCount()) : null;
  }
}
