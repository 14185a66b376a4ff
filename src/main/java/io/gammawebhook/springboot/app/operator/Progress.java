package io.gammawebhook.springboot.app.operator;

/** How far long work is: a bar on a terminal, else a line every few seconds; on standard error. */
final class Progress implements AutoCloseable {

  private static final int BAR = 30;
  private static final long NANOS_PER_LINE = 5_000_000_000L;
  private static final long NANOS_PER_BAR = 100_000_000L;

  private final Console console;
  private final boolean terminal;
  private final long began = System.nanoTime();
  private long last = began;
  private boolean drawn;

  Progress(Console console) {
    this.console = console;
    this.terminal = console.terminal().isInteractive();
  }

  /**
   * @param total not positive if it is not known
   * @param text what is said of it
   */
  void at(long done, long total, String text) {
    long now = System.nanoTime();
    if (now - last < (terminal ? NANOS_PER_BAR : NANOS_PER_LINE)) {
      return;
    }
    last = now;
    if (!terminal) {
      console.note(text);
      return;
    }
    drawn = true;
    console.err().print("\r\u001b[K" + (total > 0 ? bar(done, total, now) : "") + text);
    console.err().flush();
  }

  private String bar(long done, long total, long now) {
    double part = Math.min(1.0, (double) done / total);
    int filled = (int) (part * BAR);
    String left =
        part > 0.01 && part < 1
            ? Console.duration((long) ((now - began) / 1e6 * (1 - part) / part)) + " left, "
            : "";
    return String.format(
        "[%s%s] %3d%% %s", "#".repeat(filled), " ".repeat(BAR - filled), (int) (part * 100), left);
  }

  /** Leaves nothing of the bar. */
  @Override
  public void close() {
    if (drawn) {
      console.err().print("\r\u001b[K");
      console.err().flush();
    }
  }
}
