package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  @Test
  void versionIsPrinted() {
    assertTrue(CommandRun.of("--version").succeeds().out().startsWith("qcnn "));
  }

  @Test
  void helpTellsTheStoryAndAllCommands() {
    CommandRun.of("--help").succeeds("1. compress", "2. evaluate", "3. ship", "qcnn demo");
    CommandRun.of().succeeds("1. compress");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compress",
        "calibrate",
        "merge",
        "evaluate",
        "classify",
        "inspect",
        "decompress",
        "benchmark",
        "zoo",
        "demo",
        "doctor"
      })
  void everyCommandHasHelpWithAnExample(String command) {
    CommandRun.of(command, "--help").succeeds("Example", "  qcnn " + command);
  }

  @Test
  void everyCommandIsTested() {
    assertEquals(11, Main.commandLine().getSubcommands().size());
  }

  @Test
  void doctorTellsWhatRunsHere() {
    CommandRun.of("doctor").succeeds("platform", "page size", "libjniqcnn.so", "native ");
    System.setProperty("qcnn.isa", "mmx");
    try {
      CommandRun sick = CommandRun.of("doctor");
      assertEquals(1, sick.code());
      assertTrue(sick.out().contains("the instruction set mmx is unknown"), sick.out());
    } finally {
      System.clearProperty("qcnn.isa");
    }
  }

  @Test
  void unknownCommandIsRefusedWithSuggestion() {
    CommandRun.of("compres").isRefused("compres", "Did you mean");
  }

  @Test
  void stackTraceIsShownOnlyOnRequest() {
    CommandRun run = CommandRun.of("inspect", "none.onnx", "--stacktrace");
    assertEquals(CommandLine.ExitCode.SOFTWARE, run.code());
    assertTrue(run.err().contains("\tat org.qcnn.cli"), run.err());
  }
}
