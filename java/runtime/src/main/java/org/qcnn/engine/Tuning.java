package org.qcnn.engine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;
import org.qcnn.kernel.Way;
import org.qcnn.tensor.Shape;

/**
 * Which {@link Way} was measured to be fastest for each quantized convolution, and where: a model
 * file carries it in its metadata. It says nothing about other kernels or images of another size.
 * Immutable.
 *
 * <p>As text: a line with the kernels, a line with the shape of an image, then a line for each
 * layer, {@code way lookup-milliseconds products-milliseconds dense-milliseconds node}, where
 * {@code -} stands for a way that there is not.
 */
public final class Tuning {
  private static final String NONE = "-";

  private final String kernels;
  private final String inputShape;
  private final Map<String, Layer> layers;

  /**
   * Returns a tuning.
   *
   * @param kernels the description of the kernel set, such as {@code native avx512}
   * @param inputShape the shape of the image
   * @param layers by the name of the node, in running order; copied
   */
  public Tuning(String kernels, Shape inputShape, Map<String, Layer> layers) {
    this(kernels, inputShape.toString(), layers);
  }

  private Tuning(String kernels, String inputShape, Map<String, Layer> layers) {
    this.kernels = kernels;
    this.inputShape = inputShape;
    this.layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  /**
   * Returns the tuning in a network's metadata, or null if there is none.
   *
   * @throws GraphException if it is malformed
   */
  public static Tuning of(Graph graph) {
    String text = graph.metadata().get(Metadata.TUNING);
    return text == null ? null : parse(text);
  }

  private static Tuning parse(String text) {
    String[] lines = text.trim().split("\n", -1);
    if (lines.length < 2) {
      throw malformed(1, text);
    }
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (int i = 2; i < lines.length; i++) {
      String[] words = lines[i].trim().split(" ", 5);
      if (words.length < 5) {
        throw malformed(i + 1, lines[i]);
      }
      try {
        layers.put(words[4], layer(words));
      } catch (IllegalArgumentException unknown) {
        throw malformed(i + 1, lines[i]);
      }
    }
    return new Tuning(lines[0].trim(), lines[1].trim(), layers);
  }

  private static Layer layer(String[] words) {
    Map<Way, Double> times = new EnumMap<>(Way.class);
    int next = 1;
    for (Way way : Way.values()) {
      String time = words[next++];
      if (!time.equals(NONE)) {
        times.put(way, time(time));
      }
    }
    return new Layer(Way.valueOf(words[0].toUpperCase(Locale.ROOT)), times);
  }

  private static double time(String text) {
    double milliseconds = Double.parseDouble(text);
    if (!(milliseconds >= 0 && milliseconds <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(text);
    }
    return milliseconds;
  }

  private static GraphException malformed(int line, String content) {
    return new GraphException(
        "the metadata "
            + Metadata.TUNING
            + " is malformed in line "
            + line
            + ": '"
            + content.substring(0, Math.min(content.length(), 80))
            + "'; remove it, or compress the network again with --tune");
  }

  /** Returns whether this was measured with these kernels on images of a graph's size. */
  boolean isFor(String otherKernels, Graph graph) {
    return kernels.equals(otherKernels) && inputShape.equals(graph.inputShape().toString());
  }

  /** Returns the description of the kernels that this was measured with. */
  public String kernels() {
    return kernels;
  }

  /** Returns what was measured, by the name of the node, in running order. */
  public Map<String, Layer> layers() {
    return layers;
  }

  /** Returns the text form. */
  public String toText() {
    StringBuilder text = new StringBuilder(kernels + "\n" + inputShape);
    layers.forEach(
        (node, layer) -> {
          // What a line cannot hold is left to the estimate.
          if (node.equals(node.trim()) && node.indexOf('\n') < 0 && !node.isEmpty()) {
            text.append('\n').append(layer).append(' ').append(node);
          }
        });
    return text.toString();
  }

  /** A layer's way and the times of those that there are, for one image on one thread. */
  public static final class Layer {
    public final Way way;
    private final Map<Way, Double> milliseconds;

    /**
     * Returns a layer's way and times.
     *
     * @param milliseconds of the ways that there are, that one and look-ups among them; copied
     * @throws IllegalArgumentException if the time of one of these is missing
     */
    public Layer(Way way, Map<Way, Double> milliseconds) {
      this.way = way;
      this.milliseconds = Collections.unmodifiableMap(new EnumMap<>(milliseconds));
      if (!milliseconds.containsKey(way) || !milliseconds.containsKey(Way.LOOKUP)) {
        throw new IllegalArgumentException("no time of " + way + " or of look-ups");
      }
    }

    /** Returns the times of the ways that there are. */
    public Map<Way, Double> milliseconds() {
      return milliseconds;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(way.toString());
      for (Way each : Way.values()) {
        Double time = milliseconds.get(each);
        text.append(' ').append(time == null ? NONE : String.format(Locale.ROOT, "%.4f", time));
      }
      return text.toString();
    }
  }
}
