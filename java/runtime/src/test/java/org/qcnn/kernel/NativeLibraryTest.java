package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the kernels are chosen, and what is said when they cannot be had. */
class NativeLibraryTest {
  @AfterEach
  void forget() {
    System.clearProperty(InstructionSet.PROPERTY);
    System.clearProperty(KernelSet.PROPERTY);
  }

  @Test
  void missingLibraryIsExplained() {
    Throwable cause = new UnsatisfiedLinkError("no jniqcnn in java.library.path");
    KernelException failure = NativeLibrary.missing(cause);
    assertSame(cause, failure.getCause());
    String message = failure.getMessage();
    for (String part :
        List.of(
            System.getProperty("os.arch"),
            "org.qcnn:qcnn",
            "-Dqcnn.kernels=java",
            "new JavaKernels()",
            cause.getMessage())) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void everyJavaOnArmFindsTheLibraryForHardwareFloatingPoint() {
    assertEquals("linux-armhf", NativeLibrary.platform("linux-arm"));
    assertEquals("linux-armhf", NativeLibrary.platform("linux-armhf"));
    assertEquals("android-arm", NativeLibrary.platform("android-arm"));
  }

  @Test
  void libraryOfAnotherReleaseIsExplained() {
    int other = NativeLibrary.ABI_VERSION + 1;
    assertNull(NativeLibrary.checkVersion(NativeLibrary.ABI_VERSION));
    assertTrue(NativeLibrary.checkVersion(other).getMessage().contains("version " + other));
  }

  @Test
  void bestInstructionSetIsTheDefault() {
    List<String> supported = NativeKernels.supportedInstructionSets();
    assertEquals("scalar", supported.get(0));
    String best = supported.get(supported.size() - 1);
    assertEquals("native " + best, NativeKernels.load().description());
    assertEquals("native " + best, KernelSet.best().description());
  }

  @Test
  void instructionSetCanBeForced() {
    System.setProperty(InstructionSet.PROPERTY, "scalar");
    assertEquals("native scalar", KernelSet.best().description());
  }

  @Test
  void forcedInstructionSetIsNeverIgnored() {
    System.setProperty(InstructionSet.PROPERTY, "mmx");
    assertTrue(failure().contains("mmx is unknown"), failure());
    boolean arm = NativeKernels.supportedInstructionSets().contains("neon");
    System.setProperty(InstructionSet.PROPERTY, arm ? "avx2" : "neon");
    assertTrue(failure().contains("is not available here"), failure());
    assertTrue(failure().contains("[scalar"), failure());
  }

  private static String failure() {
    return assertThrows(KernelException.class, KernelSet::best).getMessage();
  }

  @Test
  void kernelSetCanBeChosen() {
    System.setProperty(KernelSet.PROPERTY, "java");
    assertEquals("java", KernelSet.best().description());
    System.setProperty(KernelSet.PROPERTY, "native");
    assertTrue(KernelSet.best().description().startsWith("native "));
    System.setProperty(KernelSet.PROPERTY, "fast");
    assertTrue(failure().contains("must be native or java, not fast"), failure());
  }
}
