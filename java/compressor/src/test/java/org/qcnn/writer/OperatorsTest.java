package org.qcnn.writer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.qcnn.writer.QuantizedLayersTest.assertClose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Graph;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Transposition;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Every operator, written and run by ONNX Runtime, against its definition in a line of Java. */
class OperatorsTest {
  private static final int BATCH = 2;
  private static final Shape MAP = Shape.of(4, 7, 6);

  /** The definition of an operator: one element of the output from the inputs of one image. */
  private interface Definition {
    double at(Tensor[] inputs, int[] index);
  }

  private final RandomLayers random = new RandomLayers(5);

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void activations(Activation.Kind kind) throws Exception {
    Activation activation = new Activation(kind, 0.25f, 0.75f);
    Definition definition = (x, i) -> activation.apply(at(x[0], i));
    check(new Activate(activation), MAP, definition);
    // Fused behind another operator.
    Operator twice = new Arithmetic(Arithmetic.Kind.ADD, activation);
    check(twice, MAP, MAP, (x, i) -> activation.apply(at(x[0], i) + at(x[1], i)));
  }

  @ParameterizedTest
  @EnumSource(Arithmetic.Kind.class)
  void arithmeticBroadcasts(Arithmetic.Kind kind) throws Exception {
    Operator operator = new Arithmetic(kind, Activation.NONE);
    Shape[] others = {
      MAP, Shape.of(4, 1, 1), Shape.of(1, 7, 6), Shape.of(1, 1, 1), Shape.of(6), Shape.of(7, 1)
    };
    for (Shape other : others) {
      Definition definition =
          (x, i) -> {
            Arithmetic arithmetic = new Arithmetic(kind, Activation.NONE);
            return arithmetic.apply(broadcast(x[0], i), broadcast(x[1], i));
          };
      check(operator, MAP, other, definition);
      check(operator, other, MAP, definition);
      checkWithConstant(operator, MAP, other, definition);
      checkWithConstant(operator, other, MAP, definition);
    }
  }

  @Test
  void convolutionsAndFullyConnectedLayersWithActivations() throws Exception {
    Tensor filters = random.tensor(6, 2, 1, 1);
    float[] bias = random.values(6);
    check(
        new Convolution(
            Window.square(1, 2, 0), 2, new DenseWeights(filters), bias, Activation.RELU),
        MAP,
        (x, i) -> {
          double sum = bias[i[0]];
          for (int c = 0; c < 2; c++) {
            sum += at(filters, i[0], c, 0, 0) * at(x[0], i[0] / 3 * 2 + c, 2 * i[1], 2 * i[2]);
          }
          return Math.max(sum, 0);
        });
    Tensor weights = random.tensor(6, 5);
    check(
        new FullyConnected(new DenseWeights(weights), bias, Activation.RELU),
        Shape.of(5),
        (x, i) -> {
          double sum = bias[i[0]];
          for (int c = 0; c < 5; c++) {
            sum += at(weights, i[0], c) * at(x[0], c);
          }
          return Math.max(sum, 0);
        });
  }

  @ParameterizedTest
  @CsvSource({
    // kernel, stride, pad before, pad behind, dilation
    "3, 2, 0, 0, 1", "2, 2, 0, 0, 1", "3, 1, 1, 1, 1", "3, 2, 1, 1, 1", "2, 3, 1, 0, 1",
    "3, 3, 0, 2, 1", "2, 2, 1, 1, 1", "2, 1, 0, 0, 2", "3, 2, 1, 0, 2", "2, 3, 1, 1, 3",
  })
  void poolings(int kernel, int stride, int before, int behind, int dilation) throws Exception {
    Window window =
        new Window(
            new int[] {kernel, kernel},
            new int[] {stride, stride},
            new int[] {before, before, behind, behind},
            new int[] {dilation, dilation});
    for (Pooling.Kind kind : Pooling.Kind.values()) {
      for (boolean ceil : new boolean[] {false, true}) {
        for (boolean countPad : new boolean[] {false, true}) {
          Pooling pooling = new Pooling(kind, window, ceil, countPad);
          check(pooling, MAP, (x, i) -> pooled(pooling, x[0], i));
        }
      }
    }
  }

  private static double pooled(Pooling pooling, Tensor x, int[] index) {
    Window window = pooling.window();
    int height = x.shape().extent(1);
    int width = x.shape().extent(2);
    double sum = 0;
    double largest = Double.NEGATIVE_INFINITY;
    int count = 0;
    for (int ky = 0; ky < window.kernelHeight; ky++) {
      for (int kx = 0; kx < window.kernelWidth; kx++) {
        int row = index[1] * window.strideHeight + ky * window.dilationHeight - window.padTop;
        int column = index[2] * window.strideWidth + kx * window.dilationWidth - window.padLeft;
        if (row >= 0 && row < height && column >= 0 && column < width) {
          float value = at(x, index[0], row, column);
          sum += value;
          largest = Math.max(largest, value);
          count++;
        } else if (pooling.countIncludePad()
            && row < height + window.padBottom
            && column < width + window.padRight) {
          count++;
        }
      }
    }
    return pooling.kind() == Pooling.Kind.MAXIMUM ? largest : sum / count;
  }

  @ParameterizedTest
  @EnumSource(Pooling.Kind.class)
  void globalPoolings(Pooling.Kind kind) throws Exception {
    Pooling whole =
        new Pooling(kind, new Window(new int[] {7, 6}, ones(), zeros(), ones()), false, false);
    check(new GlobalPooling(kind), MAP, (x, i) -> pooled(whole, x[0], i));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void localResponseNormalization(int size) throws Exception {
    check(
        new LocalResponseNormalization(size, 0.5f, 0.75f, 2),
        MAP,
        (x, i) -> {
          double sum = 0;
          for (int c = Math.max(0, i[0] - size / 2); c <= Math.min(3, i[0] + size / 2); c++) {
            sum += Math.pow(at(x[0], c, i[1], i[2]), 2);
          }
          return at(x[0], i) / Math.pow(2 + 0.5 / size * sum, 0.75);
        });
  }

  @Test
  void concatenation() throws Exception {
    Shape other = Shape.of(4, 2, 6);
    Operator operator = new Concatenation(1);
    Definition definition = (x, i) -> i[1] < 7 ? at(x[0], i) : at(x[1], i[0], i[1] - 7, i[2]);
    check(operator, MAP, other, definition);
    checkWithConstant(operator, MAP, other, definition);
  }

  @Test
  void paddingAndSlicing() throws Exception {
    check(
        new Padding(new int[] {0, 2, 1}, new int[] {1, 0, 3}, -5),
        MAP,
        (x, i) ->
            i[0] < 4 && i[1] >= 2 && i[2] >= 1 && i[2] < 7
                ? at(x[0], i[0], i[1] - 2, i[2] - 1)
                : -5);
    check(
        new Slicing(new int[] {1, 0, 2}, new int[] {1, 3, 2}, new int[] {2, 3, 2}),
        MAP,
        (x, i) -> at(x[0], i[0] + 1, 3 * i[1], 2 * i[2] + 2));
  }

  @Test
  void reshapingAndTransposition() throws Exception {
    check(new Reshaping(Shape.of(168)), MAP, (x, i) -> x[0].value(i[0]));
    check(new Reshaping(Shape.of(2, 84)), MAP, (x, i) -> x[0].value(84 * i[0] + i[1]));
    check(new Transposition(1, 2, 0), MAP, (x, i) -> at(x[0], i[2], i[0], i[1]));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 2", "0, 1", "1, 2", "0, 2"})
  void softmax(int first, int last) throws Exception {
    check(
        new Softmax(first, last),
        MAP,
        (x, i) -> {
          double sum = 0;
          for (int[] other : indices(MAP)) {
            boolean together = true;
            for (int axis = 0; axis < 3; axis++) {
              together &= (axis >= first && axis <= last) || other[axis] == i[axis];
            }
            sum += together ? Math.exp(at(x[0], other)) : 0;
          }
          return Math.exp(at(x[0], i)) / sum;
        });
  }

  @Test
  void constantsAlone() throws Exception {
    Tensor value = random.tensor(2, 3);
    Graph graph =
        new Graph(
            "image",
            MAP,
            List.of(
                new Node("constant", new Constant(value), List.of(), "a"),
                new Node(
                    "sum",
                    new Arithmetic(Arithmetic.Kind.ADD, Activation.NONE),
                    List.of("a", "a"),
                    "b")),
            List.of("a", "b"),
            Map.of());
    compare(graph, (x, i) -> at(value, i), new Shape[] {MAP});
  }

  private void check(Operator operator, Shape input, Definition definition) throws Exception {
    Node node = new Node("node", operator, List.of("image"), "result");
    Graph graph = new Graph("image", input, List.of(node), List.of("result"), Map.of());
    compare(graph, definition, new Shape[] {input});
  }

  /** Checks an operator of two inputs, which are cut out of one image. */
  private void check(Operator operator, Shape a, Shape b, Definition definition) throws Exception {
    List<Node> nodes = new ArrayList<>();
    nodes.add(slice("a_flat", 0, a.count()));
    nodes.add(slice("b_flat", a.count(), b.count()));
    nodes.add(new Node("a", new Reshaping(a), List.of("a_flat"), "a"));
    nodes.add(new Node("b", new Reshaping(b), List.of("b_flat"), "b"));
    nodes.add(new Node("node", operator, List.of("a", "b"), "result"));
    Shape image = Shape.of(a.count() + b.count());
    compare(
        new Graph("image", image, nodes, List.of("result"), Map.of()),
        definition,
        new Shape[] {a, b});
  }

  private static Node slice(String name, int start, int count) {
    Operator slicing = new Slicing(new int[] {start}, new int[] {1}, new int[] {count});
    return new Node(name, slicing, List.of("image"), name);
  }

  /** Checks an operator of two inputs, the second of which is a constant. */
  private void checkWithConstant(Operator operator, Shape a, Shape b, Definition definition)
      throws Exception {
    Tensor constant = Tensor.over(b, random.values(b.count()));
    Graph graph =
        new Graph(
            "image",
            a,
            List.of(
                new Node("constant", new Constant(constant), List.of(), "b"),
                new Node("node", operator, List.of("image", "b"), "result")),
            List.of("result"),
            Map.of());
    compare(graph, (x, i) -> definition.at(new Tensor[] {x[0], constant}, i), new Shape[] {a});
  }

  /** Runs a graph on random images and compares each element with the definition. */
  private void compare(Graph graph, Definition definition, Shape[] inputs) throws Exception {
    int imageSize = graph.inputShape().count();
    float[] images = random.values(BATCH * imageSize);
    Tensor found = ReferenceRuntime.run(graph, BATCH, images);
    Shape shape = graph.shape(graph.outputs().get(0));
    assertEquals("2x" + shape, found.shape().toString());
    float[] expected = new float[found.shape().count()];
    int next = 0;
    for (int n = 0; n < BATCH; n++) {
      Tensor[] parts = new Tensor[inputs.length];
      int start = n * imageSize;
      for (int part = 0; part < parts.length; part++) {
        int end = start + inputs[part].count();
        parts[part] = Tensor.over(inputs[part], Arrays.copyOfRange(images, start, end));
        start = end;
      }
      for (int[] index : indices(shape)) {
        expected[next++] = (float) definition.at(parts, index);
      }
    }
    assertClose(expected, found.toArray());
  }

  private static List<int[]> indices(Shape shape) {
    List<int[]> all = new ArrayList<>();
    for (int flat = 0; flat < shape.count(); flat++) {
      int[] index = new int[shape.rank()];
      int rest = flat;
      for (int axis = index.length - 1; axis >= 0; axis--) {
        index[axis] = rest % shape.extent(axis);
        rest /= shape.extent(axis);
      }
      all.add(index);
    }
    return all;
  }

  private static float at(Tensor x, int... index) {
    int flat = 0;
    for (int axis = 0; axis < index.length; axis++) {
      flat = flat * x.shape().extent(axis) + index[axis];
    }
    return x.value(flat);
  }

  private static float broadcast(Tensor x, int[] index) {
    int[] own = new int[x.shape().rank()];
    for (int axis = 0; axis < own.length; axis++) {
      int i = index[index.length - own.length + axis];
      own[axis] = x.shape().extent(axis) == 1 ? 0 : i;
    }
    return at(x, own);
  }

  private static int[] ones() {
    return new int[] {1, 1};
  }

  private static int[] zeros() {
    return new int[] {0, 0, 0, 0};
  }
}
