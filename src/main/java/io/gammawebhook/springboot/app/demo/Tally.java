package io.gammawebhook.springboot.app.demo;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.SimulatedDelivery;
import io.gammawebhook.simulator.SimulatedDelivery.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts what arrived since the demo began, each thing where it is: answers at Gamma, events in the
 * inbox, rows in the database, mails in their folder, posts at the destination.
 */
final class Tally {

  static final SourceName SOURCE = new SourceName("gamma");
  private static final int PAGE = 1_000;

  private final Supplier<Inbox> inbox;
  private final DataSource database;
  private final Path mails;
  private final Destination destination;
  private final GammaSimulator gamma;
  private final Instant since;

  /**
   * @param mails the folder
   * @param since when the demo began
   */
  Tally(
      Supplier<Inbox> inbox,
      DataSource database,
      Path mails,
      Destination destination,
      GammaSimulator gamma,
      Instant since) {
    this.inbox = inbox;
    this.database = database;
    this.mails = mails;
    this.destination = destination;
    this.gamma = gamma;
    this.since = since;
  }

  /**
   * Numbers of events.
   *
   * @param acknowledged that the sender has a 2xx for
   * @param received that are in the inbox
   * @param rows that are in the database
   * @param mailed that are in the mail folder
   * @param posted that the HTTP destination took
   * @param open that are at work or wait for their next attempt
   * @param dead that are dead letters, which nobody has replayed
   * @param retried whose delivery took more than one attempt
   * @param replayed that went again by order
   */
  record Counts(
      long acknowledged,
      long received,
      long rows,
      long mailed,
      long posted,
      long open,
      long dead,
      long retried,
      long replayed) {

    /** Events that the sender has a 2xx for, and that are nowhere. */
    long lost() {
      return acknowledged - rows - mailed - posted - open - dead;
    }

    /** All in one line, in which the numbers add up whatever happened while they were read. */
    String line() {
      long onTheirWay = received - rows - mailed - posted - dead;
      return "received %d: database %d, mail %d, HTTP %d".formatted(received, rows, mailed, posted)
          + (onTheirWay == 0 ? "" : ", on their way %d".formatted(onTheirWay));
    }
  }

  /** All numbers, as of now. */
  Counts now() {
    long received = 0;
    long open = 0;
    long dead = 0;
    long retried = 0;
    long replayed = 0;
    // The places first: what arrives meanwhile is then on its way, and not twice there.
    long acknowledged =
        gamma.deliveries().stream()
            .filter(delivery -> delivery.outcome() == Outcome.DELIVERED)
            .map(SimulatedDelivery::eventId)
            .distinct()
            .count();
    long posted =
        destination.taken().stream()
            .map(DeliveryId::reference)
            .filter(this::isOfThisRun)
            .distinct()
            .count();
    long mailed = mailed();
    long rows = rows();
    EventFilter all =
        new EventFilter(null, SOURCE, null, null, null, since, null, null, null, null, null);
    @Nullable Reference after = null;
    do {
      EventSearch.Page page = inbox.get().search().events(all, after, PAGE);
      for (FoundEvent event : page.events()) {
        received++;
        EventState state = event.state();
        open += state == EventState.LEASED || state == EventState.WAITING ? 1 : 0;
        dead += state == EventState.DEAD ? 1 : 0;
        List<FoundDelivery> deliveries = event.deliveries();
        retried += deliveries.stream().anyMatch(delivery -> delivery.attempts() > 1) ? 1 : 0;
        replayed += deliveries.stream().anyMatch(d -> d.delivery().run() > 0) ? 1 : 0;
      }
      after = page.next();
    } while (after != null);
    return new Counts(acknowledged, received, rows, mailed, posted, open, dead, retried, replayed);
  }

  /** The event that the sender calls so, if it is there. */
  @Nullable FoundEvent find(String eventId) {
    EventFilter one =
        new EventFilter(null, SOURCE, null, null, null, since, null, eventId, null, null, null);
    List<FoundEvent> found = inbox.get().search().events(one, null, 1).events();
    return found.isEmpty() ? null : found.get(0);
  }

  /** How many deliveries are at work or wait for their next attempt. */
  long open() {
    return inbox.get().status().subscriptions().stream()
        .filter(status -> status.subscription().source().equals(SOURCE))
        .mapToLong(status -> status.waiting() + status.leased())
        .sum();
  }

  private long rows() {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement(
                "select count(*) from gamma_event where received_at >= ?")) {
      count.setLong(1, since.toEpochMilli());
      try (ResultSet row = count.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The destination database cannot be read", e);
    }
  }

  private long mailed() {
    if (!Files.isDirectory(mails)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(mails)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".eml"))
          .filter(name -> isOfThisRun(reference(name)))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException("The mail folder " + mails + " cannot be read", e);
    }
  }

  private static @Nullable Reference reference(String file) {
    try {
      return DeliveryId.parse(file.substring(0, file.length() - ".eml".length())).reference();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean isOfThisRun(@Nullable Reference reference) {
    return reference != null && reference.compareTo(Reference.lowest(since.toEpochMilli())) >= 0;
  }
}
