package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** The structs and small arrays of {@code qcnn.h} as direct buffers, made once per kernel. */
final class NativeStruct {
  private NativeStruct() {}

  /** Returns a struct of these ints. */
  static IntBuffer of(int... members) {
    IntBuffer struct = allocate(members.length * Integer.BYTES).asIntBuffer();
    for (int i = 0; i < members.length; i++) {
      struct.put(i, members[i]);
    }
    return struct;
  }

  /** Returns an array of bytes. */
  static ByteBuffer of(byte[] elements) {
    ByteBuffer array = allocate(elements.length);
    array.duplicate().put(elements);
    return array;
  }

  /** Returns an array of floats. */
  static FloatBuffer of(float[] elements) {
    FloatBuffer array = allocate(elements.length * Float.BYTES).asFloatBuffer();
    array.duplicate().put(elements);
    return array;
  }

  /** Returns a {@code qcnn_activation}. */
  static ByteBuffer of(Activation activation) {
    return allocate(12)
        .putInt(0, activation.kind.code)
        .putFloat(4, activation.a)
        .putFloat(8, activation.b);
  }

  /** Returns a {@code qcnn_convolution}, followed by the members that {@code more} adds to it. */
  static IntBuffer convolution(Shape input, Shape output, Window window, int groups, int... more) {
    int[] convolution = {
      input.extent(0),
      input.extent(1),
      input.extent(2),
      output.extent(0),
      output.extent(1),
      output.extent(2),
      window.kernelHeight,
      window.kernelWidth,
      window.strideHeight,
      window.strideWidth,
      window.padTop,
      window.padLeft,
      window.dilationHeight,
      window.dilationWidth,
      groups
    };
    int[] members = Arrays.copyOf(convolution, convolution.length + more.length);
    System.arraycopy(more, 0, members, convolution.length, more.length);
    return of(members);
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
