package org.qcnn.android;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.qcnn.example.FrameClassifier;

/**
 * The part of examples/android that uses qcnn compiles, and sees the same in frames as in bitmaps.
 */
class ExampleTest {
  private static final Path GOLDEN = Path.of("../runtime/src/test/resources/org/qcnn/golden");
  private static final int SIDE = 28;

  @Test
  void framesAreNamedLikeBitmaps() throws Exception {
    byte[] luma = Arrays.copyOf(Files.readAllBytes(GOLDEN.resolve("pictures.bin")), SIDE * SIDE);
    int[] pixels = new int[SIDE * SIDE];
    ByteBuffer turned = ByteBuffer.allocateDirect(SIDE * SIDE);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (luma[i] & 0xff) * 0x010101;
      // As a camera stores it that must be turned by 90 degrees to stand upright.
      turned.put((SIDE - 1 - i % SIDE) * SIDE + i / SIDE, luma[i]);
    }
    ByteBuffer grey = ByteBuffer.allocateDirect(SIDE * SIDE / 2);
    for (int i = 0; i < grey.capacity(); i++) {
      grey.put(i, (byte) 128);
    }
    try (InputStream model = Files.newInputStream(GOLDEN.resolve("network-16.onnx"));
        FrameClassifier classifier = new FrameClassifier(model)) {
      String expected = classifier.classify(pixels, SIDE, SIDE);
      assertEquals(3, expected.lines().count());
      assertEquals(
          expected, classifier.classify(SIDE, SIDE, turned, grey, grey, SIDE, SIDE, 2, 90));
    }
  }
}
