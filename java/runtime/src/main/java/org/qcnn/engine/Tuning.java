package org.qcnn.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;
import org.qcnn.kernel.Way;
import org.qcnn.tensor.Shape;

/**
 * Which {@link Way} was measured to be faster for each quantized convolution, and where: a model
 * file carries it in its metadata. It says nothing about other kernels or images of another size.
 * Immutable.
 *
 * <p>As text: a line with the kernels, a line with the shape of an image, then a line for each
 * layer, {@code way lookup-milliseconds dense-milliseconds node}.
 */
public final class Tuning {
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
      String[] words = lines[i].trim().split(" ", 4);
      if (words.length < 4) {
        throw malformed(i + 1, lines[i]);
      }
      try {
        Way way = Way.valueOf(words[0].toUpperCase(Locale.ROOT));
        layers.put(words[3], new Layer(way, time(words[1]), time(words[2])));
      } catch (IllegalArgumentException unknown) {
        throw malformed(i + 1, lines[i]);
      }
    }
    return new Tuning(lines[0].trim(), lines[1].trim(), layers);
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

  /** A layer's way and its times for one image on one thread. */
  public static final class Layer {
    public final Way way;
    public final double lookupMilliseconds;
    public final double denseMilliseconds;

    /** Returns a layer's way and times. */
    public Layer(Way way, double lookupMilliseconds, double denseMilliseconds) {
      this.way = way;
      this.lookupMilliseconds = lookupMilliseconds;
      this.denseMilliseconds = denseMilliseconds;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s %.4f %.4f", way, lookupMilliseconds, denseMilliseconds);
    }
  }
}
