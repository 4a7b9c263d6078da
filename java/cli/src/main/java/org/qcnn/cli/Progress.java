package org.qcnn.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jline.nativ.CLibrary;

/** A progress bar on the terminal; silent where standard error is not one. */
final class Progress implements AutoCloseable {
  private static final int STANDARD_ERROR = 2;

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /** Shows that {@code total} parts of a task lie ahead. */
  static Progress start(String task, int total) {
    if (!isTerminal()) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .clearDisplayOnFinish()
            .build());
  }

  private static boolean isTerminal() {
    try {
      return CLibrary.isatty(STANDARD_ERROR) == 1;
    } catch (LinkageError | RuntimeException noNativeCode) {
      // Not knowing is no reason to fail; whoever wants a bar there can live without one.
      return false;
    }
  }

  /** Moves on by one part; safe to call from several threads. */
  void step() {
    if (bar != null) {
      bar.step();
    }
  }

  /** Moves to {@code done} parts of {@code total}. */
  void update(int done, int total, String what) {
    if (bar != null) {
      bar.maxHint(total).stepTo(done).setExtraMessage(" " + what);
    }
  }

  /** Takes the bar off the terminal. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
