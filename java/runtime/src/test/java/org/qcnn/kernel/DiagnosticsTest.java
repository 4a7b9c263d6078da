package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
  @AfterEach
  void forget() {
    System.clearProperty(InstructionSet.PROPERTY);
  }

  @Test
  void tellsWhatRunsHere() {
    Diagnostics diagnostics = Diagnostics.ofThisMachine();
    Map<String, String> facts = diagnostics.facts();
    assertTrue(diagnostics.usable());
    assertEquals(KernelSet.best().description(), facts.get("kernels"));
    assertTrue(facts.get("library").endsWith("libjniqcnn.so"), facts.get("library"));
    assertTrue(facts.get("page size").matches("(4096|16384|65536) bytes"), facts.get("page size"));
    assertTrue(Diagnostics.describe().contains(facts.get("platform")));
  }

  @Test
  void tellsWhyNothingRuns() {
    System.setProperty(InstructionSet.PROPERTY, "mmx");
    Diagnostics diagnostics = Diagnostics.ofThisMachine();
    assertFalse(diagnostics.usable());
    assertTrue(diagnostics.facts().get("failure").contains("mmx"));
    assertTrue(diagnostics.toString().contains("mmx"));
  }

  @Test
  void auxiliaryVectorHasTwoWidths() {
    ByteBuffer wide = ByteBuffer.allocate(48).order(ByteOrder.nativeOrder());
    wide.putLong(16).putLong(0x1234).putLong(6).putLong(16384).putLong(0).putLong(0);
    AuxiliaryVector vector = new AuxiliaryVector(wide.array(), true);
    assertEquals(16384, vector.pageSize());
    assertEquals(0x1234, vector.hardwareCapabilities());

    ByteBuffer narrow = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
    narrow.putInt(6).putInt(4096).putInt(16).putInt(-1).putInt(0);
    vector = new AuxiliaryVector(narrow.array(), false);
    assertEquals(4096, vector.pageSize());
    assertEquals(0xffffffffL, vector.hardwareCapabilities());
  }
}
