package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore;
import io.gammawebhook.store.JdbcIdempotentKeys.Transactions;
import io.gammawebhook.store.JdbcQuarantine.Reads;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The registrations in the inbox's database. Safe for use by many threads. */
final class JdbcRegistrations implements RegistrationStore {

  private static final long USE_MILLIS = 60_000;

  private static final String SAVE =
      "update webhook_registration set source = ?, api = ?, url = ?, api_id = ?, settings = ?,"
          + " applied = ?, print = ?, creating = ?, replaces = ?, rotating = ?, kept = ?,"
          + " removed = ?, ending = ?, ended = ?, state = ?, sentence = ?, cure = ?, failures = ?,"
          + " enabled_at = ?, updated_at = ?, made = ?, limited_until = ?,"
          + " checked_at = ?, changed_at = ?, next_check_at = ?"
          + " where registration = ? and epoch = ?";

  /** One that has ended counts no more, also where somebody has put its row back. */
  private static final String SECRETS =
      "select * from webhook_registration_secret secret where not exists (select 1"
          + " from webhook_registration owner where owner.registration = secret.registration"
          + " and owner.ended >= secret.version)";

  private static final String SAVE_SECRET =
      "insert into webhook_registration_secret"
          + " (registration, version, state, sealed, made_at, told_at, replaced_at)"
          + " values (?, ?, ?, ?, ?, ?, ?) on conflict (registration, version) do update"
          + " set state = excluded.state, told_at = excluded.told_at,"
          + " replaced_at = excluded.replaced_at";

  private final Transactions transactions;
  private final Reads reads;
  private final boolean isPrivate;

  /**
   * @param isPrivate whether only this process can have the store
   */
  JdbcRegistrations(Transactions transactions, Reads reads, boolean isPrivate) {
    this.transactions = transactions;
    this.reads = reads;
    this.isPrivate = isPrivate;
  }

  @Override
  public List<Entry> entries() {
    return reads.run(
        (c, now) -> {
          List<Entry> entries = new ArrayList<>();
          try (PreparedStatement s =
                  c.prepareStatement(
                      "select * from webhook_registration where state is not null"
                          + " order by registration");
              ResultSet r = s.executeQuery()) {
            while (r.next()) {
              entries.add(entry(r));
            }
          }
          return entries;
        });
  }

  @Override
  public List<StoredSecret> secrets() {
    return reads.run(
        (c, now) -> {
          try (PreparedStatement s =
              c.prepareStatement(SECRETS + " order by registration, version desc")) {
            return secrets(s);
          }
        });
  }

  @Override
  public Optional<Turn> take(String registration, Duration lease) {
    return transactions.run(
        batch -> {
          Connection c = batch.connection();
          if (!takeRow(batch, registration, lease)) {
            try (PreparedStatement s =
                c.prepareStatement(
                    "insert into webhook_registration"
                        + " (registration, epoch, due_at, rotating, removed, ending, ended,"
                        + " failures) values (?, 0, 0, 0, 0, 0, 0, 0) on conflict (registration) do nothing")) {
              s.setString(1, registration);
              s.executeUpdate();
            }
            if (!takeRow(batch, registration, lease)) {
              return Optional.empty();
            }
          }
          return Optional.of(turn(batch, registration));
        });
  }

  private static boolean takeRow(Batch batch, String registration, Duration lease)
      throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_registration set node = ?, epoch = epoch + 1, due_at = ?"
                    + " where registration = ? and due_at <= ?")) {
      s.setString(1, batch.node());
      s.setLong(2, batch.now() + lease.toMillis());
      s.setString(3, registration);
      s.setLong(4, batch.now());
      return s.executeUpdate() == 1;
    }
  }

  private static Turn turn(Batch batch, String registration) throws SQLException {
    Connection c = batch.connection();
    int epoch;
    @Nullable Entry entry;
    try (PreparedStatement s =
        c.prepareStatement("select * from webhook_registration where registration = ?")) {
      s.setString(1, registration);
      try (ResultSet r = s.executeQuery()) {
        r.next();
        epoch = r.getInt("epoch");
        entry = r.getString("state") == null ? null : entry(r);
      }
    }
    try (PreparedStatement s =
        c.prepareStatement(SECRETS + " and registration = ? order by version desc")) {
      s.setString(1, registration);
      return new Turn(registration, epoch, Instant.ofEpochMilli(batch.now()), entry, secrets(s));
    }
  }

  @Override
  public Optional<Turn> renew(Turn turn, Duration lease) {
    return transactions.run(
        batch -> {
          try (PreparedStatement s =
              batch
                  .connection()
                  .prepareStatement(
                      "update webhook_registration set due_at = ?"
                          + " where registration = ? and epoch = ?")) {
            s.setLong(1, batch.now() + lease.toMillis());
            s.setString(2, turn.registration());
            s.setInt(3, turn.epoch());
            if (s.executeUpdate() != 1) {
              return Optional.empty();
            }
          }
          return Optional.of(turn(batch, turn.registration()));
        });
  }

  @Override
  public boolean save(
      Turn turn,
      Entry entry,
      List<StoredSecret> secrets,
      List<Integer> drop,
      List<AuditEntry> audit) {
    return transactions.run(
        batch -> {
          if (!saveEntry(batch, turn, entry)) {
            return false;
          }
          for (StoredSecret secret : secrets) {
            saveSecret(batch, secret);
          }
          deleteEnded(batch, turn, entry.ended());
          for (int version : drop) {
            try (PreparedStatement s =
                batch
                    .connection()
                    .prepareStatement(
                        "delete from webhook_registration_secret"
                            + " where registration = ? and version = ?")) {
              s.setString(1, turn.registration());
              s.setInt(2, version);
              s.executeUpdate();
            }
          }
          audit.forEach(batch::audit);
          return true;
        });
  }

  private static boolean saveEntry(Batch batch, Turn turn, Entry entry) throws SQLException {
    try (PreparedStatement s = batch.connection().prepareStatement(SAVE)) {
      s.setString(1, entry.source().value());
      s.setString(2, StorableText.ofNullable(entry.api()));
      s.setString(3, StorableText.ofNullable(entry.url()));
      s.setString(4, StorableText.ofNullable(entry.apiId()));
      s.setString(5, entry.settings());
      s.setString(6, entry.applied());
      s.setString(7, entry.print());
      s.setString(8, entry.creating());
      s.setString(9, StorableText.ofNullable(entry.replaces()));
      s.setInt(10, entry.rotating() ? 1 : 0);
      s.setString(11, entry.kept());
      s.setInt(12, entry.removed() ? 1 : 0);
      s.setInt(13, entry.ending());
      s.setInt(14, entry.ended());
      s.setString(15, entry.state().name().toLowerCase(Locale.ROOT));
      s.setString(16, StorableText.ofNullable(entry.sentence()));
      s.setString(17, StorableText.ofNullable(entry.cure()));
      s.setInt(18, entry.failures());
      s.setString(19, times(entry.enabledAt()));
      s.setString(20, times(entry.updatedAt()));
      s.setString(21, made(entry.made()));
      setInstant(s, 22, entry.limitedUntil());
      setInstant(s, 23, entry.checkedAt());
      setInstant(s, 24, entry.changedAt());
      setInstant(s, 25, entry.nextCheckAt());
      s.setString(26, turn.registration());
      s.setInt(27, turn.epoch());
      return s.executeUpdate() == 1;
    }
  }

  private static void saveSecret(Batch batch, StoredSecret secret) throws SQLException {
    try (PreparedStatement s = batch.connection().prepareStatement(SAVE_SECRET)) {
      s.setString(1, secret.registration());
      s.setInt(2, secret.version());
      s.setString(3, secret.state().name().toLowerCase(Locale.ROOT));
      s.setBytes(4, secret.sealed());
      setInstant(s, 5, secret.madeAt());
      setInstant(s, 6, secret.toldAt());
      setInstant(s, 7, secret.replacedAt());
      s.executeUpdate();
    }
  }

  private static void deleteEnded(Batch batch, Turn turn, int ended) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "delete from webhook_registration_secret"
                    + " where registration = ? and version <= ?")) {
      s.setString(1, turn.registration());
      s.setInt(2, ended);
      s.executeUpdate();
    }
  }

  @Override
  public void end(Turn turn) {
    transactions.run(
        batch -> {
          try (PreparedStatement s =
              batch
                  .connection()
                  .prepareStatement(
                      "update webhook_registration set node = null, due_at = 0"
                          + " where registration = ? and epoch = ?")) {
            s.setString(1, turn.registration());
            s.setInt(2, turn.epoch());
            return s.executeUpdate();
          }
        });
  }

  @Override
  public void used(String registration, int version) {
    transactions.run(
        batch -> {
          try (PreparedStatement s =
              batch
                  .connection()
                  .prepareStatement(
                      "update webhook_registration_secret set used_at = ?"
                          + " where registration = ? and version = ?"
                          + " and (used_at is null or used_at <= ?)")) {
            s.setLong(1, batch.now());
            s.setString(2, registration);
            s.setInt(3, version);
            s.setLong(4, batch.now() - USE_MILLIS);
            return s.executeUpdate();
          }
        });
  }

  @Override
  public void record(AuditEntry entry) {
    transactions.run(
        batch -> {
          batch.audit(entry);
          return true;
        });
  }

  @Override
  public Instant now() {
    return reads.run((c, now) -> Instant.ofEpochMilli(now));
  }

  @Override
  public boolean isPrivate() {
    return isPrivate;
  }

  /** Ends the turns of an earlier run, where the store is this process's own. */
  static int voidTurns(Batch batch) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_registration set node = null, due_at = 0 where due_at > 0")) {
      return s.executeUpdate();
    }
  }

  private static String times(List<Instant> times) {
    return times.stream()
        .map(at -> Long.toString(at.toEpochMilli()))
        .collect(Collectors.joining(","));
  }

  private static List<Instant> times(String text) {
    return split(text).map(at -> Instant.ofEpochMilli(Long.parseLong(at))).toList();
  }

  /** Such as {@code 1700000000000 2 unseen wh_1}. */
  private static String made(List<Made> made) {
    return made.stream()
        .map(
            each ->
                each.at().toEpochMilli()
                    + " "
                    + each.misses()
                    + (each.settled() ? " settled " : " unseen ")
                    + each.id())
        .collect(Collectors.joining(","));
  }

  private static List<Made> made(String text) {
    return split(text)
        .map(each -> each.split(" ", 4))
        .map(
            part ->
                new Made(
                    part[3],
                    Instant.ofEpochMilli(Long.parseLong(part[0])),
                    Integer.parseInt(part[1]),
                    part[2].equals("settled")))
        .toList();
  }

  private static Stream<String> split(String text) {
    return text.isEmpty() ? Stream.of() : Arrays.stream(text.split(",", -1));
  }

  private static Entry entry(ResultSet r) throws SQLException {
    return new Entry(
        text(r, "registration"),
        new SourceName(text(r, "source")),
        text(r, "api"),
        text(r, "url"),
        r.getString("api_id"),
        r.getString("settings"),
        r.getString("applied"),
        r.getString("print"),
        r.getString("creating"),
        r.getString("replaces"),
        r.getInt("rotating") != 0,
        r.getString("kept"),
        r.getInt("removed") != 0,
        r.getInt("ending"),
        r.getInt("ended"),
        state(text(r, "state")),
        text(r, "sentence"),
        r.getString("cure"),
        r.getInt("failures"),
        times(text(r, "enabled_at")),
        times(text(r, "updated_at")),
        made(text(r, "made")),
        instant(r, "limited_until"),
        instant(r, "checked_at"),
        instant(r, "changed_at"),
        instant(r, "next_check_at"));
  }

  /** A newer program may have stored a state that this one does not know. */
  private static State state(String text) {
    return Arrays.stream(State.values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElse(State.UNKNOWN);
  }

  private static String text(ResultSet r, String column) throws SQLException {
    String text = r.getString(column);
    return text == null ? "" : text;
  }

  private static List<StoredSecret> secrets(PreparedStatement s) throws SQLException {
    List<StoredSecret> secrets = new ArrayList<>();
    try (ResultSet r = s.executeQuery()) {
      while (r.next()) {
        secrets.add(
            new StoredSecret(
                r.getString("registration"),
                r.getInt("version"),
                SecretState.valueOf(r.getString("state").toUpperCase(Locale.ROOT)),
                r.getBytes("sealed"),
                Instant.ofEpochMilli(r.getLong("made_at")),
                instant(r, "told_at"),
                instant(r, "replaced_at"),
                instant(r, "used_at")));
      }
    }
    return secrets;
  }

  private static @Nullable Instant instant(ResultSet r, String column) throws SQLException {
    long millis = r.getLong(column);
    return r.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static void setInstant(PreparedStatement s, int index, @Nullable Instant at)
      throws SQLException {
    if (at == null) {
      s.setNull(index, Types.BIGINT);
    } else {
      s.setLong(index, at.toEpochMilli());
    }
  }
}
