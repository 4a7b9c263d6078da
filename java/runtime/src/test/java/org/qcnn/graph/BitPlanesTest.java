package org.qcnn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitPlanesTest {
  private static byte[] bytes(BitPlanes planes) {
    byte[] copy = new byte[planes.bytes().remaining()];
    planes.bytes().get(copy);
    return copy;
  }

  @Test
  void putsBitBOfEachCodeIntoPlaneB() {
    byte[] codes = {1, 2, 3, 0, 0, 0, 0, 1, 2};
    byte[] planes = {
      (byte) 0b10000101,
      0b0, // plane 0: codes 0, 2 and 7
      0b00000110,
      0b1, // plane 1: codes 1, 2 and 8
    };
    assertArrayEquals(planes, bytes(BitPlanes.pack(codes, 2)));
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
        BitPlanes packed = BitPlanes.pack(codes, planes);
        assertEquals(planes * ((count + 7) / 8), packed.bytes().remaining());
        assertArrayEquals(codes, packed.unpack());
        assertArrayEquals(codes, BitPlanes.over(packed.bytes(), planes, count).unpack());
      }
    }
  }

  @Test
  void readsFromThePositionOfADirectBufferAndLeavesItThere() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4).put(new byte[] {9, 9, 1, 3});
    buffer.position(2);
    assertArrayEquals(new byte[] {3, 2}, BitPlanes.over(buffer.asReadOnlyBuffer(), 2, 2).unpack());
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
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.over(three, 2, 9));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.over(three, 3, 9));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.over(three, 3, -1));
    assertThrows(IllegalArgumentException.class, () -> BitPlanes.over(three, 8, Integer.MAX_VALUE));
  }
}
