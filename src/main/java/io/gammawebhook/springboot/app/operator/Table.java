package io.gammawebhook.springboot.app.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under aligned headings. A column that is empty in every row is left out; on a terminal the
 * last column is broken into lines, so that ids stay whole and can be copied.
 */
final class Table {

  private static final String GAP = "  ";
  private static final int LEAST_LAST = 20;

  private final String[] headings;
  private final List<String[]> rows = new ArrayList<>();

  Table(String... headings) {
    this.headings = headings.clone();
  }

  /**
   * @param cells one a heading, each {@linkplain Console#clean cleaned}
   */
  Table row(String... cells) {
    rows.add(Arrays.copyOf(cells, headings.length));
    return this;
  }

  void print(Console console) {
    int[] shown =
        java.util.stream.IntStream.range(0, headings.length)
            .filter(column -> rows.stream().anyMatch(row -> !row[column].isEmpty()))
            .toArray();
    if (shown.length == 0) {
      return;
    }
    int[] widths = new int[headings.length];
    int before = 0;
    for (int column : shown) {
      widths[column] = width(headings[column]);
      for (String[] row : rows) {
        widths[column] = Math.max(widths[column], width(row[column]));
      }
      before += widths[column] + GAP.length();
    }
    int last = shown[shown.length - 1];
    before -= widths[last] + GAP.length();
    int room = console.terminal().width() - before;
    // A line that is filled to the edge makes some terminals add an empty one.
    int lastWidth = room > LEAST_LAST ? room - 1 : Integer.MAX_VALUE;
    print(console, headings, shown, widths, lastWidth);
    for (String[] row : rows) {
      print(console, row, shown, widths, lastWidth);
    }
  }

  private void print(Console console, String[] cells, int[] shown, int[] widths, int lastWidth) {
    int last = shown[shown.length - 1];
    StringBuilder line = new StringBuilder();
    int indent = 0;
    for (int column : shown) {
      if (column == last) {
        break;
      }
      String cell = cells[column];
      line.append(cells == headings ? cell : inColour(console, column, cell))
          .append(" ".repeat(widths[column] - width(cell)))
          .append(GAP);
      indent += widths[column] + GAP.length();
    }
    List<String> parts = broken(cells[last], lastWidth);
    line.append(cells == headings ? parts.get(0) : inColour(console, last, parts.get(0)));
    console.line(line.toString().stripTrailing());
    for (String part : parts.subList(1, parts.size())) {
      console.line(" ".repeat(indent) + part);
    }
  }

  private String inColour(Console console, int column, String cell) {
    return headings[column].equals("STATE") ? console.coloured(cell, cell) : cell;
  }

  /** Pieces of at most so many columns, broken at blanks where there are any. */
  private static List<String> broken(String text, int most) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    while (width(rest) > most) {
      int end = 0;
      int columns = 0;
      int blank = -1;
      while (end < rest.length()) {
        int codePoint = rest.codePointAt(end);
        columns += width(codePoint);
        if (columns > most) {
          break;
        }
        if (codePoint == ' ') {
          blank = end;
        }
        end += Character.charCount(codePoint);
      }
      int cut = blank > 0 ? blank : end;
      parts.add(rest.substring(0, cut).stripTrailing());
      rest = rest.substring(cut).stripLeading();
    }
    parts.add(rest);
    return parts;
  }

  private static int width(String text) {
    return text.codePoints().map(Table::width).sum();
  }

  /** Columns of a character on a terminal: two of East Asian scripts and of symbols beyond them. */
  private static int width(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        (codePoint >= 0x1100 && codePoint <= 0x115F)
            || (codePoint >= 0x2E80 && codePoint <= 0xA4CF)
            || (codePoint >= 0xAC00 && codePoint <= 0xD7A3)
            || (codePoint >= 0xF900 && codePoint <= 0xFAFF)
            || (codePoint >= 0xFE30 && codePoint <= 0xFE6F)
            || (codePoint >= 0xFF00 && codePoint <= 0xFF60)
            || (codePoint >= 0xFFE0 && codePoint <= 0xFFE6)
            || (codePoint >= 0x1F300 && codePoint <= 0x1FAFF)
            || (codePoint >= 0x20000 && codePoint <= 0x3FFFD);
    return wide ? 2 : 1;
  }
}
