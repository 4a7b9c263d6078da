package org.qcnn.android;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.unidbg.pointer.UnidbgPointer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Memory;
import org.qcnn.kernel.Operand;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Runs the native libraries of the AAR on Android's C library: quantized layers give the same
 * there, by NEON and by plain C, as the Java kernels here, bit for bit.
 */
class BionicTest {
  private static final int SCALAR = 0;
  private static final int NEON = 3;

  private final Random random = new Random(7);

  @ParameterizedTest
  @ValueSource(strings = {"arm64-v8a", "armeabi-v7a"})
  void hasNeon(String abi) throws Exception {
    try (Phone phone = new Phone(abi)) {
      assertEquals(1 << SCALAR | 1 << NEON, phone.call("qcnn_supported_isas"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "arm64-v8a, 16, 16",
    "arm64-v8a, 16, 8",
    "arm64-v8a, 8, 8",
    "armeabi-v7a, 16, 16",
    "armeabi-v7a, 16, 8",
    "armeabi-v7a, 8, 8"
  })
  void convolves(String abi, int tableBits, int operandBits) throws Exception {
    byte[] shifts = tableBits == 16 ? new byte[0] : new byte[] {3, 4, 5};
    float[] bounds = operandBits == 16 ? new float[0] : new float[] {-1, 1, 0, 0.7f, -0.5f, 2};
    QuantizedWeights weights = weights(Shape.of(24, 12, 3, 3), 3, 32, 4, shifts);
    weights = weights.with(weights.responseRange(), shifts, bounds);
    float[] bias = floats(24);
    float[] input = floats(12 * 13 * 11);
    Operator layer = new Convolution(Window.square(3, 1, 1), 1, weights, bias, Activation.NONE);
    float[] expected = onThisMachine(layer, Shape.of(12, 13, 11), input, 24 * 13 * 11);
    int[] shape = {
      12, 13, 11, 24, 13, 11, 3, 3, 1, 1, 1, 1, 1, 1, 1, 3, 32, 4, tableBits, operandBits, 0
    };
    try (Phone phone = new Phone(abi)) {
      for (int isa : new int[] {SCALAR, NEON}) {
        float[] found = convolution(phone, isa, shape, weights, bias, input);
        assertArrayEquals(expected, found, "instruction set " + isa);
      }
    }
  }

  private static float[] convolution(
      Phone phone, int isa, int[] extents, QuantizedWeights weights, float[] bias, float[] input) {
    String family = "qcnn_lookup_convolution_";
    UnidbgPointer shape = phone.ints(extents);
    byte[] shifts = weights.tableShifts();
    UnidbgPointer tableShifts = shifts.length == 0 ? null : phone.bytes(shifts);
    float[] inputBounds = weights.inputBounds();
    UnidbgPointer bounds = inputBounds.length == 0 ? null : phone.floats(inputBounds);
    UnidbgPointer packed = packed(phone, family, shape, isa, weights, tableShifts, bounds);
    UnidbgPointer prepared = phone.allocate(phone.size(family + "prepared_size", shape, isa, 1));
    UnidbgPointer output = phone.allocate((long) extents[3] * extents[4] * extents[5] * 4);
    UnidbgPointer scratch = phone.allocate(phone.size(family + "scratch_size", shape, isa, 1));
    int tasks = phone.call(family + "prepare_tasks", shape);
    check(
        phone.call(family + "prepare", shape, 1, packed, phone.floats(input), prepared, 0, tasks));
    check(
        phone.call(
            family + "run",
            shape,
            1,
            packed,
            phone.floats(bias),
            phone.ints(0, 0, 0),
            prepared,
            output,
            scratch,
            0,
            phone.call(family + "tasks", shape, isa, 1)));
    return output.getFloatArray(0, extents[3] * extents[4] * extents[5]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arm64-v8a", "armeabi-v7a"})
  void connectsFully(String abi) throws Exception {
    QuantizedWeights weights = weights(Shape.of(70, 100), 25, 32, 4, new byte[0]);
    float[] bias = floats(70);
    float[] input = floats(100);
    Operator layer = new FullyConnected(weights, bias, Activation.NONE);
    float[] expected = onThisMachine(layer, Shape.of(100), input, 70);
    try (Phone phone = new Phone(abi)) {
      for (int isa : new int[] {SCALAR, NEON}) {
        float[] found = fullyConnected(phone, isa, weights, bias, input);
        assertArrayEquals(expected, found, "instruction set " + isa);
      }
    }
  }

  private static float[] fullyConnected(
      Phone phone, int isa, QuantizedWeights weights, float[] bias, float[] input) {
    String family = "qcnn_lookup_fully_connected_";
    UnidbgPointer shape = phone.ints(input.length, bias.length, 25, 32, 4);
    UnidbgPointer packed = phone.allocate(phone.size(family + "packed_size", shape, isa));
    UnidbgPointer codebooks = phone.floats(weights.codebooks().toArray());
    UnidbgPointer codes = phone.bytes(weights.assignments());
    float inputRange = weights.inputRange();
    float responseRange = weights.responseRange();
    check(phone.call(family + "pack", shape, isa, codebooks, inputRange, responseRange, packed));
    check(phone.call(family + "pack_codes", shape, codes, 0, bias.length, packed));
    UnidbgPointer tables = phone.allocate(phone.size(family + "tables_size", shape, 1));
    UnidbgPointer output = phone.allocate((long) bias.length * Float.BYTES);
    check(phone.call(family + "build", shape, 1, packed, phone.floats(input), tables, 0, 1));
    check(
        phone.call(
            family + "run",
            shape,
            1,
            packed,
            phone.floats(bias),
            phone.ints(0, 0, 0),
            tables,
            output,
            0,
            phone.call(family + "tasks", shape)));
    return output.getFloatArray(0, bias.length);
  }

  private static UnidbgPointer packed(
      Phone phone,
      String family,
      UnidbgPointer shape,
      int isa,
      QuantizedWeights weights,
      UnidbgPointer... byteTables) {
    UnidbgPointer packed = phone.allocate(phone.size(family + "packed_size", shape, isa));
    List<Object> arguments = new ArrayList<>();
    arguments.add(shape);
    arguments.add(isa);
    arguments.add(phone.floats(weights.codebooks().toArray()));
    arguments.add(phone.bytes(weights.assignments()));
    arguments.add(weights.inputRange());
    arguments.add(weights.responseRange());
    arguments.addAll(Arrays.asList(byteTables));
    arguments.add(packed);
    check(phone.call(family + "pack", arguments.toArray()));
    return packed;
  }

  private static void check(int status) {
    assertEquals(0, status, "status");
  }

  /** Returns what the Java kernels, the oracle of all tests, make of a layer. */
  private static float[] onThisMachine(Operator layer, Shape shape, float[] input, int outputs) {
    JavaKernels kernels = new JavaKernels();
    try (Kernel kernel = kernels.compile(layer, List.of(Operand.perImage(shape)));
        Memory in = kernels.allocate((long) input.length * Float.BYTES);
        Memory out = kernels.allocate((long) outputs * Float.BYTES);
        Memory shared = kernels.allocate(kernel.sharedScratchBytes(1));
        Memory own = kernels.allocate(kernel.threadScratchBytes(1))) {
      FloatBuffer output = out.floats(0, outputs);
      in.floats(0, input.length).put(input);
      ByteBuffer scratch = own.bytes(0, (int) own.size());
      KernelArguments arguments =
          new KernelArguments(
              1, List.of(in.floats(0, input.length)), output, shared.bytes(0, (int) shared.size()));
      for (int stage = 0; stage < kernel.stages(); stage++) {
        kernel.run(stage, arguments, scratch, 0, kernel.tasks(stage, 1));
      }
      float[] found = new float[outputs];
      output.duplicate().get(found);
      assertTrue(spread(found) > 1, "the layer has hardly any output");
      return found;
    }
  }

  private static float spread(float[] values) {
    float least = Float.MAX_VALUE;
    float largest = -Float.MAX_VALUE;
    for (float value : values) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    return largest - least;
  }

  private QuantizedWeights weights(
      Shape shape, int subspaces, int codewords, int size, byte[] shifts) {
    Shape codebooks = Shape.of(subspaces, codewords, size);
    byte[] codes = new byte[shape.extent(0) * shape.count(2, shape.rank()) * subspaces];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(codewords);
    }
    return new QuantizedWeights(
        shape, Tensor.over(codebooks, floats(codebooks.count())), codes, 4f, 120f, shifts);
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
