package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded store belongs to one process, one owner and no earlier run. */
class SqliteStoreTest {

  private final SqliteTestStore store = new SqliteTestStore();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void theWritersConnectionsAreWriteAheadAndSyncEachCommit() throws Exception {
    try (Store opened = Store.open(store.settings("node-1"), store.time)) {
      // All of the pool's, since each has its own pragmas.
      try (Connection a = opened.begin();
          Connection b = opened.read();
          Connection c = opened.read()) {
        for (Connection each : List.of(b, c, a)) {
          assertThat(pragma(each, "journal_mode")).isEqualTo("wal");
          assertThat(pragma(each, "synchronous")).as("FULL").isEqualTo("2");
        }
      }
    }
  }

  private static String pragma(Connection c, String name) throws Exception {
    try (Statement s = c.createStatement();
        ResultSet r = s.executeQuery("pragma " + name)) {
      r.next();
      return r.getString(1);
    }
  }

  @Test
  void onlyTheOwnerMayReadTheFiles() throws Exception {
    Path folder = store.file.resolveSibling("made");
    Path file = folder.resolve("inbox.db");
    JdbcInbox inbox =
        JdbcInbox.open(
            InboxSettings.ofUrl("jdbc:sqlite:" + file, null, null, "node-1"),
            store.time,
            new SecureRandom());
    InboxContract.join(inbox.accept(event("evt-1")));

    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(Path.of(file + "-wal"))).isEqualTo("rw-------");
    assertThat(permissions(Path.of(file + "-shm"))).isEqualTo("rw-------");
    inbox.close();
    try (var files = Files.list(folder)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(folder);
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aRestartVoidsLeasesAtOnce() {
    JdbcInbox first = store.open("node-1");
    Subscription all = first.register(GAMMA, new SubscriptionName("all"), List.of());
    InboxContract.join(first.accept(event("evt-1")));
    LeasedDelivery lost = InboxContract.join(first.claim(all, 1)).deliveries().get(0);
    first.close();

    JdbcInbox second = store.open("node-1");

    LeasedDelivery again = InboxContract.join(second.claim(all, 1)).deliveries().get(0);
    assertThat(again.lease().attempt()).as("a crash counts").isEqualTo(2);
    assertThat(InboxContract.join(second.finish(lost, new Outcome.Delivered(1, false)))).isFalse();
  }

  @Test
  void aSecondOpenInTheSameProcessIsRefused() {
    store.open("node-1");

    assertThatThrownBy(() -> store.open("node-2"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in use by another process")
        .hasMessageContaining("give this one an inbox of its own");
  }

  @Test
  void aSecondProcessIsRefused() throws Exception {
    JdbcInbox inbox = store.open("node-1");
    assertThat(openInAnotherProcess()).contains("in use by another process");
    inbox.close();
    assertThat(openInAnotherProcess()).contains("opened");
  }

  private String openInAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                OtherProcess.class.getName(),
                store.url())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  /** Opens an inbox and says what came of it. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) {
      try {
        JdbcInbox.open(
                InboxSettings.ofUrl(arguments[0], null, null, "node-2"),
                InstantSource.system(),
                new SecureRandom())
            .close();
        System.out.println("opened");
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void anInboxInMemoryOrInAFolderThatCannotBeIsRefusedWithTheCure() {
    assertThatThrownBy(() -> openUrl("jdbc:sqlite::memory:"))
        .hasMessageContaining("names no file")
        .hasMessageContaining("set jdbc:sqlite: and an absolute file path");
    assertThatThrownBy(() -> openUrl("jdbc:sqlite:" + new File("/dev/null/inbox.db")))
        .hasMessageContaining("/dev/null is no folder and cannot become one");
    assertThatThrownBy(() -> openUrl("jdbc:sqlite:/tmp"))
        .hasMessageContaining("The inbox /tmp cannot be made: it is a folder");
    assertThatThrownBy(() -> openUrl("jdbc:h2:mem:x"))
        .hasMessageContaining("cannot be kept in 'h2'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:%s?mode=memory&cache=shared",
        "file:%s?busy_timeout=5000&mode=memory",
        "%s?mode=memory",
        "file:%s?immutable=1",
        "file:%s?nolock=1",
        "file:%s?vfs=unix-none",
        "%s?synchronous=OFF",
        "%s?journal_mode=MEMORY",
        "%s?Busy_Timeout=1",
        "file:%s#?busy_timeout=1",
        "file:%s%%3Fmode=memory",
        ":resource:%s",
        "file::memory:",
        "file:",
        "",
        " ",
        "file://localhost%s",
        "file:%s?cache=private",
        "?busy_timeout=5"
      })
  void aUrlThatMayLoseWhatWasAcknowledgedIsRefused(String form, @TempDir Path folder) {
    String url = "jdbc:sqlite:" + form.formatted(folder.resolve("inbox.db"));
    assertThatThrownBy(() -> openUrl(url))
        .hasMessageContaining("gamma.webhook.inbox.jdbc-url")
        .hasMessageContaining("set jdbc:sqlite: and an absolute file path");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aUrlWithHarmlessOptionsNamesItsFile(@TempDir Path folder) {
    Path file = folder.resolve("a b.db");
    openUrl("jdbc:sqlite:file:" + file + "?busy_timeout=7000&cache_size=-4000");
    assertThat(file).isNotEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-wal"})
  void nothingIsAcknowledgedIntoAFileThatWasDeleted(String suffix, @TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("inbox.db");
    try (JdbcInbox inbox = open(file)) {
      assertThat(InboxContract.join(inbox.accept(event("evt-1"))))
          .isInstanceOf(Acceptance.Accepted.class);
      Files.delete(Path.of(file + suffix));
      for (int i = 2; i < 5; i++) {
        assertThat(InboxContract.join(inbox.accept(event("evt-" + i))))
            .isEqualTo(new Acceptance.NotStored(Acceptance.NotStored.Cause.STORE_DOWN));
      }
      assertThat(inbox.status().storeDown()).isTrue();
    }
  }

  @Test
  void anInboxThatIsMovedAwayAndBackTakesEventsAgain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("inbox.db");
    Path away = folder.resolve("away.db");
    try (JdbcInbox inbox = open(file)) {
      Files.move(file, away);
      assertThat(InboxContract.join(inbox.accept(event("evt-1"))))
          .isInstanceOf(Acceptance.NotStored.class);
      Files.copy(away, file);
      assertThat(InboxContract.join(inbox.accept(event("evt-2"))))
          .as("another file")
          .isInstanceOf(Acceptance.NotStored.class);
      Files.delete(file);
      Files.move(away, file);
      await()
          .until(
              () ->
                  InboxContract.join(inbox.accept(event("evt-3"))) instanceof Acceptance.Accepted);
    }
  }

  private JdbcInbox open(Path file) {
    return JdbcInbox.open(
        InboxSettings.ofUrl("jdbc:sqlite:" + file, null, null, "node-1"),
        store.time,
        new SecureRandom());
  }

  private void openUrl(String url) {
    JdbcInbox.open(InboxSettings.ofUrl(url, null, null, "node-1"), store.time, new SecureRandom())
        .close();
  }
}
