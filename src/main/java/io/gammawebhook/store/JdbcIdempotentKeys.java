package io.gammawebhook.store;

import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.inbox.IdempotentKeys;
import io.gammawebhook.store.Write.Step;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The keys in the table {@code webhook_idempotent}; each step is one statement. */
final class JdbcIdempotentKeys implements IdempotentKeys {

  private static final String TAKE =
      "insert into webhook_idempotent (repository, name, owner, confirmed, until)"
          + " values (?, ?, ?, 0, ?) on conflict (repository, name) do update"
          + " set owner = excluded.owner, confirmed = 0, until = excluded.until"
          + " where webhook_idempotent.until <= ?"
          + " or (webhook_idempotent.confirmed = 0 and webhook_idempotent.owner = excluded.owner)";

  private final Transactions transactions;

  JdbcIdempotentKeys(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Runs a step in a transaction of the store and waits for its commit. */
  interface Transactions {
    <T> T run(Step<T> step);
  }

  @Override
  public Take take(String repository, String key, String owner, long holdMillis) {
    return transactions.run(
        batch -> {
          try (PreparedStatement s = batch.connection().prepareStatement(TAKE)) {
            s.setString(1, repository);
            s.setString(2, storable(key));
            s.setString(3, storable(owner));
            s.setLong(4, batch.now() + holdMillis);
            s.setLong(5, batch.now());
            if (s.executeUpdate() == 1) {
              return Take.TAKEN;
            }
          }
          return isConfirmed(batch, repository, key) ? Take.CONFIRMED : Take.HELD;
        });
  }

  @Override
  public boolean confirm(String repository, String key, String owner, long keepMillis) {
    return transactions.run(
        batch ->
            update(
                batch,
                "update webhook_idempotent set confirmed = 1, until = ?"
                    + " where repository = ? and name = ? and owner = ? and confirmed = 0",
                s -> {
                  s.setLong(1, batch.now() + keepMillis);
                  s.setString(2, repository);
                  s.setString(3, storable(key));
                  s.setString(4, owner);
                }));
  }

  @Override
  public boolean release(String repository, String key, String owner) {
    return transactions.run(
        batch ->
            update(
                batch,
                "delete from webhook_idempotent"
                    + " where repository = ? and name = ? and owner = ? and confirmed = 0",
                s -> {
                  s.setString(1, repository);
                  s.setString(2, storable(key));
                  s.setString(3, owner);
                }));
  }

  @Override
  public boolean contains(String repository, String key) {
    return transactions.run(batch -> isConfirmed(batch, repository, key));
  }

  @Override
  public boolean remove(String repository, String key) {
    return transactions.run(
        batch ->
            update(
                batch,
                "delete from webhook_idempotent where repository = ? and name = ?",
                s -> {
                  s.setString(1, repository);
                  s.setString(2, storable(key));
                }));
  }

  @Override
  public void clear(String repository) {
    transactions.run(
        batch ->
            update(
                batch,
                "delete from webhook_idempotent where repository = ?",
                s -> s.setString(1, repository)));
  }

  private static boolean isConfirmed(Batch batch, String repository, String key)
      throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "select 1 from webhook_idempotent"
                    + " where repository = ? and name = ? and confirmed = 1 and until > ?")) {
      s.setString(1, repository);
      s.setString(2, storable(key));
      s.setLong(3, batch.now());
      try (ResultSet r = s.executeQuery()) {
        return r.next();
      }
    }
  }

  /** A key that no database could hold or index as it is goes by its digest. */
  private static String storable(String key) {
    return key.length() <= EventId.MAX_LENGTH && key.equals(StorableText.ofNullable(key))
        ? key
        : DedupKey.ofDigest(RawBody.of(key.getBytes(StandardCharsets.UTF_16BE)).sha256()).value();
  }

  private static boolean update(Batch batch, String sql, Binding binding) throws SQLException {
    try (PreparedStatement s = batch.connection().prepareStatement(sql)) {
      binding.bind(s);
      return s.executeUpdate() > 0;
    }
  }

  /** Sets a statement's parameters. */
  private interface Binding {
    void bind(PreparedStatement s) throws SQLException;
  }
}
