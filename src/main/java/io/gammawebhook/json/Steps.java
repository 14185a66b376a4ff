package io.gammawebhook.json;

/**
 * How much work the look at one text or body may be, in characters that are looked at and nodes
 * that are visited. Used by one thread.
 */
public final class Steps {

  /** Enough for any short text. */
  private static final long BASE = 200_000;

  private static final long PER_CHARACTER = 200;

  private long left;

  /**
   * @param left how many there are
   */
  public Steps(long left) {
    this.left = left;
  }

  /** For a text or body of so many characters or bytes: time in proportion to its length. */
  public static Steps forLength(int length) {
    return new Steps(BASE + PER_CHARACTER * length);
  }

  /**
   * @throws UsedUp if there is none left
   */
  public void take() {
    if (--left < 0) {
      throw new UsedUp();
    }
  }

  /** The work is too much; what was looked for is not known. */
  public static final class UsedUp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsedUp() {
      super("The steps are used up", null, false, false);
    }
  }

  /** The text, each look at a character of which is a step: a regular expression may look often. */
  public CharSequence counted(String text) {
    return new Counted(text, 0, text.length());
  }

  private final class Counted implements CharSequence {
    private final String text;
    private final int start;
    private final int end;

    Counted(String text, int start, int end) {
      this.text = text;
      this.start = start;
      this.end = end;
    }

    @Override
    public int length() {
      return end - start;
    }

    @Override
    public char charAt(int index) {
      take();
      return text.charAt(start + index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return new Counted(text, start + from, start + to);
    }

    @Override
    public String toString() {
      return text.substring(start, end);
    }
  }
}
