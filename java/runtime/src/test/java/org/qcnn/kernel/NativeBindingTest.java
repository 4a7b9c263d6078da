package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NativeBindingTest {
  @BeforeAll
  static void load() {
    NativeLibrary.require();
  }

  @Test
  void libraryHasTheExpectedAbi() {
    assertEquals(NativeLibrary.ABI_VERSION, NativeBinding.qcnn_abi_version());
  }
}
