package org.qcnn.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.kernel.TableShifts;
import org.qcnn.training.CodebookTrainer;
import org.qcnn.training.ResponseObjective;
import org.qcnn.training.SubspaceLayout;
import org.qcnn.training.TrainedLayer;

/** Quantizes the layer that two networks have reached, and takes both of them past it. */
final class LayerQuantizer {
  // A sweep that lowers the objective by less than this part is the last one.
  private static final double SMALLEST_GAIN = 1e-3;

  /**
   * What became of a layer.
   *
   * @param node the layer with quantized weights, for 16-bit tables
   * @param byteNode the same for 8-bit tables, if it can have them
   * @param errors of its response
   * @param samples how many it was trained on
   */
  record Result(Node node, Node byteNode, TrainedLayer.Errors errors, int samples) {}

  private final Graph graph;
  private final CompressionSettings settings;
  private final Workers workers;
  private final NetworkState original;
  private final NetworkState quantized;
  private final int images;

  LayerQuantizer(
      Graph graph,
      CompressionSettings settings,
      Workers workers,
      NetworkState original,
      NetworkState quantized,
      int images) {
    this.graph = graph;
    this.settings = settings;
    this.workers = workers;
    this.original = original;
    this.quantized = quantized;
    this.images = images;
  }

  /**
   * Quantizes a layer.
   *
   * @param seed of the choice of samples
   */
  Result quantize(Node node, LayerSetting setting, long seed) {
    String input = node.inputs().get(0);
    Patches patches =
        new Patches(
            node, graph.shape(input), graph.shape(node.output()), setting.subCodewordSize());
    LayerSamples samples =
        new LayerSamples(
            patches,
            quantized.file(input),
            original.file(input),
            node.operator().weights().decode(),
            images,
            seed,
            workers);
    float inputRange = inputRange(node);
    TrainedLayer trained = train(patches, samples, setting);
    Node provisional = withWeights(node, trained, inputRange);
    original.advance(node);
    float responseRange = advanceQuantized(provisional);
    Node words = withResponseRange(provisional, responseRange);
    return new Result(
        words, withShifts(words, patches.layout(), samples), trained.errors(), samples.count());
  }

  private TrainedLayer train(Patches patches, LayerSamples samples, LayerSetting setting) {
    List<ResponseObjective> objectives = samples.objectives(settings.ridge());
    try {
      CodebookTrainer.Settings sweeps =
          new CodebookTrainer.Settings(
              settings.layerSweeps(), settings.correctionSweeps(), SMALLEST_GAIN, settings.seed());
      return new CodebookTrainer(
              patches.layout(),
              objectives,
              setting.subCodewords(),
              setting.isShared(),
              sweeps,
              workers)
          .train();
    } finally {
      objectives.forEach(ResponseObjective::close);
    }
  }

  /** Runs the quantized layer for all images; returns its largest response without bias. */
  private float advanceQuantized(Node node) {
    WeightedOperator layer = (WeightedOperator) node.operator();
    float[] bias = layer.bias();
    LargestMagnitude largest = new LargestMagnitude(workers.threads());
    int perChannel = graph.shape(node.output()).count() / bias.length;
    quantized.advance(
        node.with(layer.decoded().with(Activation.NONE)),
        (image, output, thread) -> {
          for (int i = 0; i < output.remaining(); i++) {
            float response = output.get(i);
            largest.see(response - bias[i / perChannel], thread);
            output.put(i, layer.activation().apply(response));
          }
        });
    return largest.value("the responses of layer " + node.name());
  }

  private float inputRange(Node node) {
    ActivationFile file = quantized.file(node.inputs().get(0));
    LargestMagnitude largest = new LargestMagnitude(workers.threads());
    workers.run(
        images,
        (image, thread) -> {
          ByteBuffer bytes =
              ByteBuffer.allocateDirect(file.bytesPerImage()).order(ByteOrder.nativeOrder());
          file.read(image, bytes);
          FloatBuffer values = bytes.asFloatBuffer();
          for (int i = 0; i < values.capacity(); i++) {
            largest.see(values.get(i), thread);
          }
        });
    return largest.value("the inputs of layer " + node.name());
  }

  /** Returns the quantized layer with the scale of its sums. */
  private static Node withResponseRange(Node node, float responseRange) {
    WeightedOperator layer = (WeightedOperator) node.operator();
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    return node.with(layer.with(weights.with(responseRange, new byte[0]), layer.bias()));
  }

  /** Returns a quantized convolution with table shifts, if it can have them; others as they are. */
  private Node withShifts(Node node, SubspaceLayout layout, LayerSamples samples) {
    if (settings.tables() == TableWidth.SIXTEEN
        || !(node.operator() instanceof Convolution layer)
        || !TableShifts.exist(layer.window())) {
      return node;
    }
    try (FloatMatrix inputs = samples.inputs()) {
      QuantizedWeights weights =
          new TableShiftChoice((QuantizedWeights) layer.weights(), layout, inputs)
              .apply(TableShifts.largest(layer.window()), workers);
      return node.with(layer.with(weights, layer.bias()));
    }
  }

  /** Returns the layer with trained weights, whose largest response is not known yet. */
  private static Node withWeights(Node node, TrainedLayer trained, float inputRange) {
    QuantizedWeights weights =
        new QuantizedWeights(
            node.operator().weights().shape(),
            trained.codebooks(),
            trained.assignments(),
            inputRange,
            1f);
    WeightedOperator layer = (WeightedOperator) node.operator();
    float[] bias = layer.bias();
    float[] correction = trained.biasCorrection();
    for (int i = 0; i < bias.length; i++) {
      bias[i] += correction[i];
    }
    return node.with(layer.with(weights, bias));
  }
}
