package io.gammawebhook.store;

import io.gammawebhook.registration.RegistrationStore;
import java.time.Duration;
import java.util.List;

/** The real stores of a test, for tests of what is kept in them. */
public final class TestRegistrations implements AutoCloseable {

  private final TestStore store;

  private TestRegistrations(TestStore store) {
    this.store = store;
  }

  public static TestRegistrations sqlite() {
    return new TestRegistrations(new SqliteTestStore());
  }

  public static TestRegistrations postgres() {
    return new TestRegistrations(new PostgresTestStore());
  }

  /** A store with all that this one has, which is of SQLite. */
  public TestRegistrations copy() {
    SqliteTestStore copy = new SqliteTestStore();
    store.execute("vacuum into '" + copy.file + "'");
    return new TestRegistrations(copy);
  }

  /** What a node of that name sees. */
  public RegistrationStore node(String name) {
    return store.open(name).registrations();
  }

  public void advance(Duration by) {
    store.time.advance(by);
  }

  public List<String> rows(String sql) {
    return store.rows(sql);
  }

  public void execute(String sql) {
    store.execute(sql);
  }

  @Override
  public void close() {
    store.close();
  }
}
