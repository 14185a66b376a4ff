package io.gammawebhook.bench.load;

import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A file of pairs, an event's number and a time in microseconds since 1970, that one process writes
 * and another one reads, both on one machine and so by one clock. Mapped, so that a write costs
 * next to nothing. Writes are for one thread at a time.
 */
public final class Trace {

  private static final int MAX = 1 << 20;

  private final LongBuffer pairs;

  private Trace(LongBuffer pairs) {
    this.pairs = pairs;
  }

  public static Trace writeTo(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Trace(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, MAX * 16L).asLongBuffer());
    }
  }

  /** Notes the event as it was when it was due: so long before now. */
  public synchronized void add(long event, long nanosAgo) {
    if (pairs.remaining() >= 2) {
      Instant now = Instant.now();
      pairs.put(event).put(now.getEpochSecond() * 1_000_000 + (now.getNano() - nanosAgo) / 1000);
    }
  }

  /** All pairs that have been written so far. */
  public static Map<Long, Long> read(Path file) throws IOException {
    Map<Long, Long> times = new HashMap<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      LongBuffer pairs =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).asLongBuffer();
      while (pairs.remaining() >= 2) {
        long event = pairs.get();
        if (event == 0) {
          break;
        }
        times.put(event, pairs.get());
      }
    }
    return times;
  }
}
