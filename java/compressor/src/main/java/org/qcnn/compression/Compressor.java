package org.qcnn.compression;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.training.CodebookTrainer;
import org.qcnn.training.ResponseObjective;
import org.qcnn.training.SubspaceLayout;
import org.qcnn.training.TrainedLayer;

/**
 * Quantizes the layers of a network one after the other (Q-CNN, section 3.3). Two networks walk
 * through the calibration images side by side: each layer is trained so that, on what the already
 * quantized layers give it, it answers as the original network does on its own values.
 */
public final class Compressor {
  private final Graph graph;
  private final CompressionSettings settings;
  private final CompressionPlan plan;
  private final CompressionProgress progress;
  private final KernelSet kernelSet;
  private final Map<String, Integer> lastReaders = new HashMap<>();
  private final List<LayerReport> reports = new ArrayList<>();

  private Compressor(Graph graph, CompressionSettings settings, CompressionProgress progress) {
    this.graph = graph;
    this.settings = settings;
    this.progress = progress;
    this.plan = CompressionPlan.of(graph, settings);
    this.kernelSet = KernelSet.best();
  }

  /**
   * Compresses a network.
   *
   * @param graph a dense network; layers that are already quantized stay as they are
   * @param images unlabelled images, a few hundred
   * @throws GraphException if no layer would be quantized, or a named layer does not exist
   */
  public static CompressedNetwork compress(
      Graph graph, ImageSource images, CompressionSettings settings, CompressionProgress progress) {
    Compressor compressor = new Compressor(graph, settings, progress);
    if (compressor.plan.layers() == 0) {
      throw new GraphException(
          "no layer of the network would be quantized; name layers with --layer NAME=Cs:K");
    }
    long start = System.nanoTime();
    Graph quantized = compressor.run(images);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new CompressedNetwork(
        quantized,
        new CompressionReport(
            List.copyOf(compressor.reports), images.description(), images.count(), seconds));
  }

  private Graph run(ImageSource source) {
    Path folder = temporaryFolder();
    try (Workers workers = new Workers(settings.threads());
        NetworkState original =
            new NetworkState(graph, kernelSet, workers, source.count(), folder);
        NetworkState quantized =
            new NetworkState(graph, kernelSet, workers, source.count(), folder)) {
      progress.update(0, graph.nodes().size(), "reading images");
      original.readImages(source);
      quantized.shareImages(original);
      return new Walk(workers, original, quantized, source.count()).run();
    } finally {
      delete(folder);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("qcnn-calibration");
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot make a temporary folder: " + failure.getMessage(), failure);
    }
  }

  private static void delete(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot delete " + folder + ": " + failure.getMessage(), failure);
    }
  }

  /** One pass over the nodes. */
  private final class Walk {
    private final Workers workers;
    private final NetworkState original;
    private final NetworkState quantized;
    private final int images;
    private boolean diverged;

    Walk(Workers workers, NetworkState original, NetworkState quantized, int images) {
      this.workers = workers;
      this.original = original;
      this.quantized = quantized;
      this.images = images;
    }

    Graph run() {
      findLastReaders();
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        progress.update(i, graph.nodes().size(), node.name());
        nodes.add(step(node));
        dropValuesReadLastBy(i);
      }
      progress.update(graph.nodes().size(), graph.nodes().size(), "done");
      return graph.withNodes(nodes);
    }

    private Node step(Node node) {
      Optional<LayerSetting> setting = plan.setting(node.name());
      Node result = node;
      if (setting.isPresent()) {
        result = quantize(node, setting.get());
      } else {
        if (node.operator().weights() != null) {
          reports.add(denseReport(node));
        }
        original.advance(node, (image, output, thread) -> {});
        if (diverged) {
          quantized.advance(node, (image, output, thread) -> {});
        } else {
          quantized.share(original, node);
        }
      }
      return result;
    }

    private Node quantize(Node node, LayerSetting setting) {
      Shape input = graph.shape(node.inputs().get(0));
      Shape output = graph.shape(node.output());
      Patches patches = new Patches(node, input, output, setting.subCodewordSize());
      Tensor weights = node.operator().weights().decode();
      LayerSamples samples =
          new LayerSamples(
              patches,
              quantized.file(node.inputs().get(0)),
              original.file(node.inputs().get(0)),
              weights,
              images,
              settings.seed() * 31 + reports.size(),
              workers);
      TrainedLayer trained = train(patches, samples, setting);
      float inputRange = inputRange(quantized.file(node.inputs().get(0)));
      Node provisional = withWeights(node, patches.layout(), setting, trained, inputRange, 1f);
      original.advance(node, (image, values, thread) -> {});
      float responseRange = advanceQuantized(provisional);
      diverged = true;
      reports.add(quantizedReport(node, setting, trained, samples.count()));
      return withWeights(node, patches.layout(), setting, trained, inputRange, responseRange);
    }

    private TrainedLayer train(Patches patches, LayerSamples samples, LayerSetting setting) {
      List<ResponseObjective> objectives = samples.objectives(settings.ridge());
      try {
        CodebookTrainer.Settings sweeps =
            new CodebookTrainer.Settings(
                settings.layerSweeps(), settings.correctionSweeps(), 1e-3, settings.seed());
        return new CodebookTrainer(
                patches.layout(), objectives, setting.subCodewords(), sweeps, workers)
            .train();
      } finally {
        for (ResponseObjective objective : objectives) {
          objective.close();
        }
      }
    }

    /** Runs the quantized layer for all images; returns its largest response without bias. */
    private float advanceQuantized(Node node) {
      Operator operator = node.operator();
      Activation activation = activation(operator);
      float[] bias = bias(operator);
      float[] largest = new float[workers.threads()];
      int perChannel = graph.shape(node.output()).count() / bias.length;
      quantized.advance(
          node.with(dense(operator)),
          (image, output, thread) -> {
            for (int i = 0; i < output.remaining(); i++) {
              float response = output.get(i);
              largest[thread] =
                  Math.max(largest[thread], Math.abs(response - bias[i / perChannel]));
              output.put(i, activation.apply(response));
            }
          });
      float range = Float.MIN_NORMAL;
      for (float candidate : largest) {
        range = Math.max(range, candidate);
      }
      return range;
    }

    private float inputRange(ActivationFile file) {
      float[] largest = new float[workers.threads()];
      workers.run(
          images,
          (image, thread) -> {
            ByteBuffer bytes =
                ByteBuffer.allocateDirect(file.bytesPerImage()).order(ByteOrder.nativeOrder());
            file.read(image, bytes);
            FloatBuffer values = bytes.asFloatBuffer();
            for (int i = 0; i < values.capacity(); i++) {
              largest[thread] = Math.max(largest[thread], Math.abs(values.get(i)));
            }
          });
      float range = Float.MIN_NORMAL;
      for (float candidate : largest) {
        range = Math.max(range, candidate);
      }
      return range;
    }

    private void findLastReaders() {
      Map<String, String> aliases = new HashMap<>();
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        for (String input : node.inputs()) {
          lastReaders.put(aliases.getOrDefault(input, input), i);
        }
        if (node.operator() instanceof org.qcnn.graph.Reshaping) {
          String input = node.inputs().get(0);
          aliases.put(node.output(), aliases.getOrDefault(input, input));
        }
      }
    }

    private void dropValuesReadLastBy(int index) {
      for (Map.Entry<String, Integer> value : lastReaders.entrySet()) {
        if (value.getValue() == index) {
          original.drop(value.getKey());
          quantized.drop(value.getKey());
        }
      }
    }
  }

  private static Node withWeights(
      Node node,
      SubspaceLayout layout,
      LayerSetting setting,
      TrainedLayer trained,
      float inputRange,
      float responseRange) {
    Weights weights =
        new QuantizedWeights(
            node.operator().weights().shape(),
            Tensor.over(
                Shape.of(layout.subspaces(), setting.subCodewords(), layout.size()),
                trained.codebooks()),
            trained.assignments(),
            inputRange,
            responseRange);
    float[] bias = bias(node.operator());
    float[] correction = trained.biasCorrection();
    for (int i = 0; i < bias.length; i++) {
      bias[i] += correction[i];
    }
    return node.with(
        node.operator() instanceof Convolution convolution
            ? convolution.with(weights, bias)
            : ((FullyConnected) node.operator()).with(weights, bias));
  }

  private static float[] bias(Operator operator) {
    return operator instanceof Convolution convolution
        ? convolution.bias()
        : ((FullyConnected) operator).bias();
  }

  private static Activation activation(Operator operator) {
    return operator instanceof Convolution convolution
        ? convolution.activation()
        : ((FullyConnected) operator).activation();
  }

  /** The same layer with decoded weights and without activation. */
  private static Operator dense(Operator operator) {
    Weights decoded = new org.qcnn.graph.DenseWeights(operator.weights().decode());
    return operator instanceof Convolution convolution
        ? convolution.with(decoded, convolution.bias()).with(Activation.NONE)
        : ((FullyConnected) operator)
            .with(decoded, ((FullyConnected) operator).bias())
            .with(Activation.NONE);
  }

  private LayerReport denseReport(Node node) {
    Shape weights = node.operator().weights().shape();
    long bytes = 4L * (weights.count() + weights.extent(0));
    long operations = node.operator().multiplyAdds(graph.inputShapes(node));
    return new LayerReport(
        node.name(),
        node.operator().name(),
        weights,
        Optional.empty(),
        Optional.empty(),
        0,
        bytes,
        bytes,
        operations,
        operations);
  }

  private LayerReport quantizedReport(
      Node node, LayerSetting setting, TrainedLayer trained, int samples) {
    Shape weights = node.operator().weights().shape();
    return new LayerReport(
        node.name(),
        node.operator().name(),
        weights,
        Optional.of(setting),
        Optional.of(trained.errors()),
        samples,
        4L * (weights.count() + weights.extent(0)),
        CompressionPlan.quantizedBytes(weights, setting) + 4L * weights.extent(0),
        node.operator().multiplyAdds(graph.inputShapes(node)),
        lookupOperations(node, setting));
  }

  /** Multiply-adds for the tables of all input positions, and an addition per look-up. */
  private long lookupOperations(Node node, LayerSetting setting) {
    Shape weights = node.operator().weights().shape();
    int size = setting.subCodewordSize();
    long subspaces = (weights.extent(1) + size - 1L) / size;
    long outputs = graph.shape(node.output()).count();
    long inputs = graph.shape(node.inputs().get(0)).count();
    return inputs * setting.subCodewords() + outputs * weights.count(2, weights.rank()) * subspaces;
  }
}
