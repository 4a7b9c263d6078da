package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitPlanesTest {
  @Test
  void putsBitBOfEachCodeIntoPlaneB() {
    byte[] codes = {1, 2, 3, 0, 0, 0, 0, 1, 2};
    byte[] planes = {
      (byte) 0b10000101,
      0b0, // plane 0: codes 0, 2 and 7
      0b00000110,
      0b1, // plane 1: codes 1, 2 and 8
    };
    assertArrayEquals(planes, BitPlanes.pack(codes, 2));
  }

  @Test
  void unpacksWhatItPackedForEveryWidthAndRemainder() {
    Random random = new Random(1);
    for (int planes = 1; planes <= 8; planes++) {
      for (int count = 0; count < 35; count++) {
        byte[] codes = new byte[count];
        for (int i = 0; i < count; i++) {
          codes[i] = (byte) random.nextInt(1 << planes);
        }
        byte[] packed = BitPlanes.pack(codes, planes);
        assertEquals(planes * BitPlanes.bytesPerPlane(count), packed.length);
        assertArrayEquals(codes, BitPlanes.unpack(ByteBuffer.wrap(packed), planes, count));
      }
    }
  }

  @Test
  void readsFromThePositionOfADirectBufferAndLeavesItThere() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4).put(new byte[] {9, 9, 1, 3});
    buffer.position(2);
    assertArrayEquals(new byte[] {3, 2}, BitPlanes.unpack(buffer.asReadOnlyBuffer(), 2, 2));
    assertEquals(2, buffer.position());
  }

  @Test
  void refusesCodesBeyondTheWidth() {
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.pack(new byte[] {4}, 2));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.pack(new byte[] {-1}, 7));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.pack(new byte[1], 9));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.pack(new byte[1], 0));
  }

  @Test
  void refusesPlanesOfAnotherLength() {
    ByteBuffer three = ByteBuffer.allocate(3);
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.unpack(three, 2, 9));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.unpack(three, 3, 9));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.unpack(three, 3, -1));
    assertThrows(
        IllegalArgumentException.class, () -> BitPlanes.unpack(three, 8, Integer.MAX_VALUE));
  }
}
