package org.qcnn.compression;

import java.nio.FloatBuffer;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.kernel.TableShifts;

/**
 * Measures the scales of the integer arithmetic of quantized layers on the calibration images: the
 * ranges of inputs and responses, and table shifts. Takes the network past each layer.
 */
final class LayerScales {
  private final Graph graph;
  private final NetworkState state;
  private final Workers workers;
  private final int images;
  private final TableWidth tables;

  /** Prepares measurements on the network whose run {@code state} is. */
  LayerScales(Graph graph, NetworkState state, Workers workers, int images, TableWidth tables) {
    this.graph = graph;
    this.state = state;
    this.workers = workers;
    this.images = images;
    this.tables = tables;
  }

  /**
   * Measures the scales of the layer that the network has reached.
   *
   * @param node quantized; its ranges and shifts are of no matter
   * @param seed of the choice of samples
   */
  LayerVersions measure(Node node, Patches patches, long seed) {
    WeightedOperator layer = (WeightedOperator) node.operator();
    QuantizedWeights weights =
        ((QuantizedWeights) layer.weights()).withInputRange(largestInput(node));
    float responseRange = advance(node);
    return versions(
        node.with(layer.with(weights.with(responseRange), layer.bias())), patches, seed);
  }

  /** Takes the network past a layer; returns its largest response without bias. */
  float advance(Node node) {
    WeightedOperator layer = (WeightedOperator) node.operator();
    float[] bias = layer.bias();
    LargestMagnitude largest = new LargestMagnitude(workers.threads());
    int perChannel = graph.shape(node.output()).count() / bias.length;
    state.advance(
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

  /** Returns the largest magnitude of what a layer that the network has reached reads. */
  float largestInput(Node node) {
    ActivationFile file = state.file(node.inputs().get(0));
    LargestMagnitude largest = new LargestMagnitude(workers.threads());
    workers.run(
        images,
        (image, thread) -> {
          FloatBuffer values = file.read(image);
          for (int i = 0; i < values.capacity(); i++) {
            largest.see(values.get(i), thread);
          }
        });
    return largest.value("the inputs of layer " + node.name());
  }

  /** Returns a quantized convolution with all tables that may be asked for; others as they are. */
  private LayerVersions versions(Node words, Patches patches, long seed) {
    if (tables == TableWidth.SIXTEEN
        || !(words.operator() instanceof Convolution layer)
        || !TableShifts.exist(layer.window())) {
      return LayerVersions.of(words);
    }
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    ActivationFile file = state.file(words.inputs().get(0));
    try (FloatMatrix inputs = LayerInputs.draw(patches, file, images, seed, workers)) {
      QuantizedWeights shifted =
          new TableShiftChoice(weights, patches.layout(), inputs).apply(workers);
      Node bytes = bounded(words, shifted, patches, inputs);
      Node wordsOfBytes =
          tables == TableWidth.AUTO ? bounded(words, weights, patches, inputs) : words;
      return new LayerVersions(words, wordsOfBytes, bytes);
    }
  }

  /** Returns a convolution with these weights, input bounds for them and its bias corrected. */
  private Node bounded(Node node, QuantizedWeights weights, Patches patches, FloatMatrix inputs) {
    Convolution layer = (Convolution) node.operator();
    InputBoundsChoice.Result result =
        new InputBoundsChoice(weights, patches.layout(), inputs).apply(workers);
    float[] bias = layer.bias();
    for (int i = 0; i < bias.length; i++) {
      bias[i] += result.biasCorrection[i];
    }
    return node.with(layer.with(result.weights, bias));
  }
}
