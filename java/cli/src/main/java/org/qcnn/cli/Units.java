package org.qcnn.cli;

import java.util.Locale;

/** Numbers with their units, as reports print them. */
final class Units {
  private Units() {}

  /** Returns a size, {@code 6.50 MB}; decimal as files are advertised. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    return bytes < 1_000_000 ? decimal(1, bytes / 1e3) + " kB" : decimal(2, bytes / 1e6) + " MB";
  }

  /** Returns a share of one as {@code 91.65 %}. */
  static String percent(double share) {
    return decimal(2, share * 100) + " %";
  }

  /** Returns {@code 1.234 ms}; three digits that matter. */
  static String milliseconds(double milliseconds) {
    int digits = milliseconds < 10 ? 3 : milliseconds < 100 ? 2 : 1;
    return decimal(digits, milliseconds) + " ms";
  }

  /** Returns a ratio, {@code 17.2x}. */
  static String times(double ratio) {
    return decimal(ratio < 10 ? 2 : 1, ratio) + "x";
  }

  /** Returns seconds, {@code 3.4 s} or {@code 2 min 5 s}. */
  static String seconds(double seconds) {
    long whole = Math.round(seconds);
    return whole < 100 ? decimal(1, seconds) + " s" : whole / 60 + " min " + whole % 60 + " s";
  }

  /** Returns a number with a fixed number of digits behind a point. */
  static String decimal(int digits, double value) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
