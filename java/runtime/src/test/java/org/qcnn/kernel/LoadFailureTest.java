package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries spoilt in several ways are really loaded, and the reason is recognised. */
class LoadFailureTest {
  private static final int WORD_WIDTH = 4;
  private static final int MACHINE = 18;
  private static final int PROGRAM_HEADERS = 32;
  private static final int PROGRAM_HEADER_COUNT = 56;
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int ADDRESS = 16;
  private static final int LOAD = 1;

  @TempDir Path folder;

  @Test
  void otherProcessor() throws IOException {
    byte[] content = own();
    ByteBuffer library = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int machine = library.getShort(MACHINE);
    library.putShort(MACHINE, (short) (machine == 183 ? 62 : 183));
    assertEquals(LoadFailure.OTHER_PROCESSOR, load(content));
  }

  @Test
  void otherWidth() throws IOException {
    byte[] content = own();
    ByteBuffer library = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    library.put(WORD_WIDTH, (byte) (3 - library.get(WORD_WIDTH)));
    assertEquals(LoadFailure.OTHER_PROCESSOR, load(content));
  }

  /** To this system, addresses in steps of 1 KiB are what those in steps of 4 are to one of 16. */
  @Test
  void smallerPages() throws IOException {
    byte[] content = own();
    ByteBuffer library = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) library.getLong(PROGRAM_HEADERS);
    for (int i = 0; i < library.getShort(PROGRAM_HEADER_COUNT); i++) {
      if (library.getInt(header) == LOAD) {
        library.putLong(header + ADDRESS, library.getLong(header + ADDRESS) + 1024);
      }
      header += PROGRAM_HEADER_SIZE;
    }
    assertEquals(LoadFailure.PAGE_SIZE, load(content));
  }

  @Test
  void damagedFiles() throws IOException {
    assertEquals(LoadFailure.DAMAGED, load(Arrays.copyOf(own(), 10)));
    assertEquals(LoadFailure.DAMAGED, load(new byte[100_000]));
  }

  @Test
  void missingFile() {
    UnsatisfiedLinkError failure =
        assertThrows(UnsatisfiedLinkError.class, () -> System.loadLibrary("jnino-such-library"));
    assertEquals(LoadFailure.MISSING, LoadFailure.of(failure));
  }

  /** What cannot be had here for the asking: messages of glibc, Android and the file system. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x.so: failed to map segment from shared object | NO_EXECUTION",
        "/cache/x.so (Permission denied) | NO_WRITING",
        "/lib/libc.so.6: version `GLIBC_2.34' not found (required by x.so) | OLD_SYSTEM",
        "dlopen failed: \"/data/x.so\" is 32-bit instead of 64-bit | OTHER_PROCESSOR",
        "dlopen failed: \"x.so\" has unexpected e_machine: 40 (EM_ARM) | OTHER_PROCESSOR",
        "dlopen failed: program alignment (4096) cannot be smaller than system page size (16384) in x.so"
            + " | PAGE_SIZE",
        "dlopen failed: library \"libjniqcnn.so\" not found | MISSING",
        "Native Library /cache/x.so already loaded in another classloader | LOADED_ALREADY",
        "could not write /cache/x.so | NO_WRITING",
        "a new kind of failure | UNKNOWN",
      })
  void messagesOfOtherSystems(String message, LoadFailure expected) {
    assertEquals(expected, LoadFailure.of(new UnsatisfiedLinkError(message)));
    assertEquals(
        expected,
        LoadFailure.of(new IllegalStateException("outer", new UnsatisfiedLinkError(message))));
  }

  @Test
  void everyFailureHasARemedy() {
    for (LoadFailure failure : LoadFailure.values()) {
      assertTrue(failure.remedy("linux-arm64").length() > 20, failure.toString());
    }
    assertTrue(LoadFailure.MISSING.remedy("linux-arm64").contains("classifier linux-arm64"));
  }

  private LoadFailure load(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("libspoilt.so"), content);
    UnsatisfiedLinkError failure =
        assertThrows(UnsatisfiedLinkError.class, () -> System.load(file.toString()));
    return LoadFailure.of(failure);
  }

  /** Returns our own library, which is an ELF file of 64 bits on the machines that test. */
  private static byte[] own() throws IOException {
    return Files.readAllBytes(Path.of(NativeLibrary.file()));
  }
}
