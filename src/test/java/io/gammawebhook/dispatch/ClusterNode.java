package io.gammawebhook.dispatch;

import static io.gammawebhook.testing.TestEvents.GAMMA;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.ChildJvm;
import io.gammawebhook.testing.EffectJournal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One node of {@link ClusterIT}, as a process: an inbox and a worker, without a web server. An
 * attempt takes 20 ms and ends on another thread.
 */
final class ClusterNode {

  static final SubscriptionName ALL = new SubscriptionName("all");
  static final Duration LEASE = Duration.ofSeconds(5);

  private static final int CONCURRENCY = 8;
  private static final long WORK_MILLIS = 20;

  /** More attempts than there are kills. */
  private static final RetryPolicy POLICY =
      RetryPolicy.DEFAULT.withSchedule(Collections.nCopies(100, Duration.ZERO));

  private ClusterNode() {}

  /** The arguments: the database's URL, the node's name, its journal. */
  public static void main(String[] arguments) {
    ChildJvm.liveAsLongAsTheParent();
    JdbcInbox inbox =
        JdbcInbox.open(
            InboxSettings.ofUrl(arguments[0], null, null, arguments[1]).withLease(LEASE),
            InstantSource.system(),
            new SecureRandom());
    EffectJournal journal = new EffectJournal(Path.of(arguments[2]));
    ScheduledExecutorService work = Executors.newScheduledThreadPool(2);
    new Dispatcher(inbox, new SecureRandom())
        .start(
            inbox.register(GAMMA, ALL, List.of()),
            (delivery, done) -> {
              journal.append("start " + attempt(delivery));
              var unused =
                  work.schedule(
                      () -> {
                        journal.append("effect " + attempt(delivery));
                        done.succeeded(false);
                      },
                      WORK_MILLIS,
                      TimeUnit.MILLISECONDS);
            },
            new WorkerSettings(CONCURRENCY, POLICY, Duration.ofMillis(50)),
            Executors.newFixedThreadPool(CONCURRENCY));
  }

  private static String attempt(LeasedDelivery delivery) {
    return delivery.lease().delivery() + " " + delivery.lease().attempt();
  }
}
