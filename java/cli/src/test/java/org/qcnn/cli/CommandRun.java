package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** One run of the command in this process: its exit code and what it printed. */
record CommandRun(int code, String out, String err) {
  /** Runs the command; arguments are what {@code toString} makes of them. */
  static CommandRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new CommandRun(code, out.toString(), err.toString());
  }

  /** Checks that the command did its work and printed these texts. */
  CommandRun succeeds(String... texts) {
    assertEquals(0, code, () -> err + out);
    for (String text : texts) {
      assertTrue(out.contains(text), () -> "expected '" + text + "' in:\n" + out);
    }
    return this;
  }

  /** Checks that the work failed with one message of these texts. */
  CommandRun fails(String... texts) {
    return ends(1, texts);
  }

  /** Checks that the command was refused with a message of these texts. */
  CommandRun isRefused(String... texts) {
    assertTrue(err.contains("--help'"), err);
    return ends(2, texts);
  }

  private CommandRun ends(int expected, String... texts) {
    assertEquals(expected, code, () -> err + out);
    assertTrue(err.startsWith("qcnn: ") || err.startsWith("***"), err);
    assertFalse(err.contains("\tat "), err);
    assertFalse(err.contains("fault of qcnn"), err);
    for (String text : texts) {
      assertTrue(err.contains(text), () -> "expected '" + text + "' in:\n" + err);
    }
    return this;
  }
}
