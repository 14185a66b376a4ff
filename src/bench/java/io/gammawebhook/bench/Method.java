package io.gammawebhook.bench;

/** The words of the page; the figures are put below them. */
final class Method {

  static final String TEXT =
      """
      # Benchmarks

      <!-- Written by src/bench; change the text in Method.java, and the figures by measuring. -->

      One command builds the product, measures it, and writes this page and the raw figures beside it:

      ```
      mvn -B -ntp -Pbench verify -DskipTests
      ```

      That is `accept`, `end-to-end`, `latency` and `start`. The other figures, each with `mvn -B -ntp -Pbench verify -DskipTests` before it:

      | figures | options |
      |---|---|
      | backlog | `-Dbench.parts=backlog` |
      | backlog on a slow disk | `-Dbench.parts=backlog -Dbench.sync-delay-micros=2000` |
      | backlog on JDK 25, virtual threads | `-Dbench.parts=backlog -Dbench.label=jdk25-virtual-threads -Dbench.java-home=<its folder> -Dbench.product-options=--spring.threads.virtual.enabled=true` |
      | slow disk | `-Dbench.parts=accept,end-to-end,latency -Dbench.sync-delay-micros=2000 -Dbench.seconds=6 -Dbench.warmup=15` |
      | JDK 25, virtual threads | `-Dbench.parts=accept,end-to-end,latency -Dbench.label=jdk25-virtual-threads -Dbench.java-home=<its folder> -Dbench.product-options=--spring.threads.virtual.enabled=true -Dbench.seconds=6 -Dbench.warmup=20 -Dbench.contestants=platform-http,product-sqlite,product-postgres,hand-route,node-sqlite` |
      | what a second node adds, on this disk and on a slow one | `-Dbench.parts=nodes -Dbench.seconds=8`, and the same with `-Dbench.sync-delay-micros=2000` |
      | verification | `-Dbench.parts=verify` |
      | start on JDK 25 | `-Dbench.parts=start -Dbench.label=jdk25 -Dbench.java-home=<its folder>` |

      It needs Linux, and for the Node contestant `node` and `npm` (without them it is left out, and
      says so). PostgreSQL comes with a test dependency and is started with fsync on. The machine must
      have nothing else to do. A smoke run, which proves that all of it works and writes its page to
      `target/bench/docs`, takes a few minutes: add `-Dbench.smoke`.

      | property | meaning | default |
      |---|---|---|
      | `bench.parts` | of `accept`, `end-to-end`, `latency`, `start`, `backlog` (long), `nodes`, `verify`; `none` writes this page anew | the first four |
      | `bench.contestants` | of those in the table of figures | all |
      | `bench.rounds`, `bench.seconds`, `bench.warmup` | turns of each contestant, their length, and the load before them | 5, 12, 45 |
      | `bench.connections` | connections of the load | 64 |
      | `bench.sync-delay-micros` | how much longer each sync of a store takes, as on a network disk; needs `cc` | 0 |
      | `bench.label` | what the names of the figures end with, so that a case of its own stands beside the first one | `slow-disk` where syncs take longer |
      | `bench.java-home` | the JDK that runs the contestants | Maven's |
      | `bench.jvm`, `bench.product-jvm` | options of all JVMs, and more of the product's | `-Xms512m -Xmx512m` |
      | `bench.product-options` | more properties of the product, such as `--spring.threads.virtual.enabled=true` | |
      | `bench.postgres` | folder of another PostgreSQL's `initdb` and `postgres` | the dependency's |
      | `bench.work` | where the stores lie: its disk is measured | `target/bench` |
      | `bench.backlog` | how many deliveries wait in the large case | 1000000 |

      ## Method

      The load is a process of its own with one thread and sockets that do not block. Its requests are
      1,024 bytes of JSON with unique ids, signed by Standard Webhooks before the clock starts. Each
      contestant is a process of its own. They take turns, in another order each round; all of one part are up
      at once, but in `start`, and in `end-to-end`, where the two of one store are. In `backlog` the few and the
      many take turns, after ten that are not counted; the drain is one measurement. Before each turn PostgreSQL makes a checkpoint. The first turn comes after the
      warm-up, since a JVM is slow until it has compiled what is hot, here for more than half a minute;
      "cold" is the rate of the first seconds. Where the warm-up is shorter, each contestant has had the others' turns too.
      At half the highest rate, a request's time counts from when it was due, not from when it was sent.
      Contestants, load and database share the machine's cores. The line "settings" has all options, also those that a part does not use.

      | contestant | what it does before it answers 2xx |
      |---|---|
      | `product-postgres`, `product-sqlite` | this product: verify, deduplicate, store with an audit entry, commit with a sync. No route, but in the parts that say so |
      | `platform-http` | nothing: Camel's platform-http that answers at once |
      | `hand-route` | platform-http, HMAC check, `idempotentConsumer` with `JdbcMessageIdRepository`, insert; on PostgreSQL with a pool and an executor of as many connections and threads as the load has connections |
      | `hand-route-transacted` | the same with `transacted()`: one commit instead of two |
      | `node-sqlite` | `node:http`, the `standardwebhooks` library, `better-sqlite3` with WAL and synchronous=FULL: one insert and one sync a request |

      The product runs from its jar with its default configuration, its audit log on standard output
      included. The peers log warnings only.

      ## What is missed, and why

      | aim | why it is missed |
      |---|---|
      | accept at 0.8 of `platform-http` | On PostgreSQL the product's JVM takes as much CPU for an event as `platform-http` for a request (0.95 times), on SQLite, which works inside it, 1.35 times (`cpu-us-per-request`); what is added is the store, and here it shares two cores with the HTTP server and the load. On PostgreSQL its backend takes 33 % of both cores at full load, the HTTP threads 24 %, answers 14 %, the load 9 %, the writer 7 %, the audit log 6 %, and 5 % are idle. On the slow disk it waits for its syncs, which `platform-http` does not have |
      | accept at 5 times `hand-route-transacted` | Both sides use all of two cores (the peer's backends take 47 %, its JVM about as much), so the ratio is that of CPU for an event. For an event of the product, PostgreSQL takes 35 us and its JVM 41; for one of the peer, 202 and 156. The load and the HTTP server, which both need alike, are what keeps the whole below five times; the aim is met against `hand-route`, whose two commits cost more |
      | accept at 5 times both on the slow disk | There the peer's 64 transactions wait for their syncs side by side, and PostgreSQL makes one of many, so a slower sync costs it little: it is as fast as on the fast disk, and its CPU is the bound. The product has one writer, whose batches follow each other, and so waits for each sync |
      | latency of 5 ms at p50 on the slow disk, PostgreSQL | An event waits for the sync of the batch before it, on average half of it, and for its own, 2.15 ms each; to that comes what the fast disk takes, and half a millisecond in which its batch waits for its turn |
      | first 2xx within 2.5 s on JDK 17 | Of the main thread's time, nearly half goes into Spring Boot's and Camel's conditions and configuration classes, a sixth into beans; the jar that is not unpacked adds more than a second, and what is compiled meanwhile takes the other core. With the compiler's first tier alone (`-XX:TieredStopAtLevel=1`, and the archive) it is 1.9 s, but then it accepts less for ever. JDK 25 with its AOT cache is within the aim |
      | 250 MB idle | The JVM takes a heap of 1/64 of the machine's memory at once, and collects late: with `-Xmx256m`, which is enough for all of it, the aim is met on JDK 17 with the archive, and on JDK 25 without the AOT cache, which is another 56 MB in memory. The rest is 70 MB of classes, 60 MB of the collector's own, 16 MB of code. No one way of those measured meets both aims: JDK 17 with the archive and 256 MB is small, JDK 25 with the cache is fast |

      The shares and the CPU for an event are `perf record -a`, by the names of the threads, over two accept turns of `product-postgres` and
      `hand-route-transacted` alone; the shares of a start are a JFR recording (`settings=profile`); the memory is `jcmd <pid> VM.native_memory`.

      `drain-s` is the time from the start of the node's process until none of those that waited is open; the new
      events come from its start on for 200 s.""";

  private Method() {}

  static String of(String part) {
    return switch (part) {
      case "accept" ->
          "Requests answered 2xx a second over all connections, and at half of that rate how long an"
              + " answer takes.";
      case "end-to-end" ->
          "Events a second that were accepted under full load, delivered to a route that does"
              + " nothing, completed and audited, until the last one was; beside it the same product"
              + " that only accepts.";
      case "latency" ->
          "At 1,000 events a second, from the moment a request is due until its event is in the"
              + " route: with the request, the verification and the commit in it.";
      case "start" ->
          "From the start of the process to its first 2xx, and its resident memory idle, 5 s later, and"
              + " after a turn of full load: the jar as it is, and with [an archive of its"
              + " classes](operations.md#a-faster-start-and-less-memory), which on newer JDKs is an"
              + " AOT cache; each with the heap that the JVM takes by itself, and with 256 MB, and without `bench.jvm`.";
      case "nodes" ->
          "Requests answered 2xx a second by one node, and by two on one PostgreSQL together, with 64"
              + " connections to each; more than one is all that is asked for.";
      case "verify" ->
          "Microseconds and allocated bytes for one verification, from the request's headers and body"
              + " to the verdict (`product`), beside a `Mac` or `Signature` of the JDK on as many bytes"
              + " with the same key (`jdk`; the `Mac` is made once and used again), for bodies of 1 and"
              + " 64 KB. JMH, a JVM for each figure. A scheme that signs no body, such as `mailgun`, or"
              + " sends the secret itself is not among them; the form of `twilio-form` has no escapes,"
              + " which would have to be decoded.";
      default ->
          "A claim of 100 deliveries out of few and of many, and a node with a heap of 256 MB that"
              + " works off the many while 500 new events come in each second, without `bench.jvm`.";
    };
  }
}
