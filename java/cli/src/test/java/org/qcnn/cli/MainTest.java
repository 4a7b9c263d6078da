package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  @Test
  void versionIsPrinted() {
    StringWriter out = new StringWriter();
    CommandLine command = new CommandLine(new Main()).setOut(new PrintWriter(out));
    assertEquals(0, command.execute("--version"));
    assertTrue(out.toString().startsWith("qcnn "), out::toString);
  }
}
