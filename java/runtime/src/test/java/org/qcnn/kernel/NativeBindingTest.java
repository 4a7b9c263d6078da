package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NativeBindingTest {
  @BeforeAll
  static void load() {
    Loader.load(NativeBinding.class);
  }

  @Test
  void libraryHasTheExpectedAbi() {
    assertEquals(NativeLibrary.ABI_VERSION, NativeBinding.qcnn_abi_version());
  }

  @Test
  void pointersWorkWithoutJavacppsOwnLibrary() {
    try (FloatPointer pointer = new FloatPointer(3)) {
      pointer.put(2, 1.5f);
      assertEquals(1.5f, pointer.get(2));
    }
  }
}
