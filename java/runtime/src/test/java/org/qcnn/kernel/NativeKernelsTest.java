package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract once for every instruction set that there is. */
class NativeKernelsTest {
  @Nested
  class Scalar extends OneInstructionSet {
    Scalar() {
      super("scalar");
    }
  }

  @Nested
  class Avx2 extends OneInstructionSet {
    Avx2() {
      super("avx2");
    }
  }

  @Nested
  class Avx512 extends OneInstructionSet {
    Avx512() {
      super("avx512");
    }
  }

  @Nested
  class Amx extends OneInstructionSet {
    Amx() {
      super("amx");
    }
  }

  @Nested
  class Neon extends OneInstructionSet {
    Neon() {
      super("neon");
    }
  }

  @Nested
  class NeonDotprod extends OneInstructionSet {
    NeonDotprod() {
      super("neon-dotprod");
    }
  }

  abstract static class OneInstructionSet extends KernelSetContract {
    private final String name;

    OneInstructionSet(String name) {
      this.name = name;
    }

    @Override
    public KernelSet kernels() {
      assumeTrue(
          NativeKernels.supportedInstructionSets().contains(name),
          "this machine does not have " + name);
      return NativeKernels.forInstructionSet(name);
    }

    @Test
    void describesItself() {
      assertEquals("native " + name, kernels().description());
    }
  }

  @Test
  void memoryIsAligned() {
    for (int size = 1; size < 300; size++) {
      try (Memory memory = NativeKernels.load().allocate(size)) {
        assertEquals(0, memory.bytes(0, 1).alignmentOffset(0, 64));
      }
    }
  }
}
