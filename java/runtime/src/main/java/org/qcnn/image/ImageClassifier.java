package org.qcnn.image;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;
import org.qcnn.graph.Node;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Softmax;
import org.qcnn.kernel.YuvPicture;

/**
 * Names what an image shows. The model's file says how the image is to be prepared and what the
 * classes are called, so five lines are enough:
 *
 * <pre>{@code
 * try (ImageClassifier classifier = ImageClassifier.open(Path.of("model.onnx"))) {
 *   for (Classification guess : classifier.classify(argb, width, height, 5)) {
 *     System.out.println(guess.label() + " " + guess.score());
 *   }
 * }
 * }</pre>
 *
 * <p>A classifier serves one thread at a time. Several threads share a {@link Model} and have a
 * classifier {@link #of} it each.
 */
public final class ImageClassifier implements AutoCloseable {
  private final Model model;
  private final boolean ownsModel;
  private final Preprocessing preprocessing;
  private final String[] labels;
  private final boolean endsInSoftmax;
  private final Session session;
  private final FloatBuffer input;
  private final FloatBuffer output;

  /** Room for the camera picture at hand, kept for the next one. */
  private ByteBuffer upright = ByteBuffer.allocateDirect(0);

  private ImageClassifier(Model model, boolean ownsModel) {
    Graph graph = model.graph();
    this.model = model;
    this.ownsModel = ownsModel;
    this.preprocessing = preprocessing(graph);
    int classes = graph.shape(graph.outputs().get(0)).count();
    this.labels = labels(graph, classes);
    this.endsInSoftmax = endsInSoftmax(graph);
    this.input = direct(graph.inputShape().count());
    this.output = direct(classes);
    this.session = model.newSession();
  }

  /**
   * Loads a model for this classifier alone; it is closed with it.
   *
   * @throws IOException if the file cannot be read
   * @throws GraphException if it is no usable model or says nothing about preprocessing
   */
  public static ImageClassifier open(Path file) throws IOException {
    return owning(Model.load(file));
  }

  /**
   * Loads a model like {@link #open(Path)}, for Android before version 8, which has no Path.
   *
   * @throws IOException if the file cannot be read
   * @throws GraphException if it is no usable model or says nothing about preprocessing
   */
  public static ImageClassifier open(File file) throws IOException {
    return owning(Model.load(file));
  }

  /**
   * Loads a model from a stream, such as an asset of an app, which is read to its end and not
   * closed; the model is closed with the classifier.
   *
   * @throws IOException if the stream cannot be read
   * @throws GraphException if it is no usable model or says nothing about preprocessing
   */
  public static ImageClassifier open(InputStream stream) throws IOException {
    return owning(Model.load(stream));
  }

  private static ImageClassifier owning(Model model) {
    try {
      return new ImageClassifier(model, true);
    } catch (RuntimeException refused) {
      model.close();
      throw refused;
    }
  }

  /**
   * Returns a classifier that shares a model, which must be closed after it.
   *
   * @throws GraphException if the model says nothing about preprocessing
   */
  public static ImageClassifier of(Model model) {
    return new ImageClassifier(model, false);
  }

  /**
   * Returns the likeliest classes, best first.
   *
   * @param argb pixels as {@code 0xAARRGGBB}, row by row; see {@link Image#argb}
   * @param topK how many classes to return at most
   */
  public List<Classification> classify(int[] argb, int width, int height, int topK) {
    return classify(Image.argb(argb, width, height), topK);
  }

  /**
   * Returns the likeliest classes, best first.
   *
   * @param rgb three bytes a pixel, row by row; see {@link Image#rgb}
   * @param topK how many classes to return at most
   */
  public List<Classification> classifyRgb(ByteBuffer rgb, int width, int height, int topK) {
    return classify(Image.rgb(rgb, width, height), topK);
  }

  /** Returns the likeliest {@code topK} classes of a camera picture, best first. */
  public List<Classification> classify(YuvPicture picture, int topK) {
    if (upright.capacity() < picture.rgbBytes()) {
      upright = ByteBuffer.allocateDirect(picture.rgbBytes());
    }
    model.kernelSet().toRgb(picture, upright);
    return classifyRgb(upright, picture.uprightWidth(), picture.uprightHeight(), topK);
  }

  /** Returns the likeliest {@code topK} classes of an image, best first. */
  public List<Classification> classify(Image image, int topK) {
    if (topK < 1) {
      throw new IllegalArgumentException("topK must be at least 1, not " + topK);
    }
    preprocessing.apply(image, input);
    session.run(input, output.duplicate());
    float[] scores = new float[labels.length];
    output.duplicate().get(scores);
    return best(endsInSoftmax ? scores : softmax(scores), topK);
  }

  private List<Classification> best(float[] scores, int topK) {
    Integer[] order = new Integer[scores.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    // A stable sort: of equal scores the first class wins.
    Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
    List<Classification> best = new ArrayList<>();
    for (int i = 0; i < Math.min(topK, order.length); i++) {
      int index = order[i];
      best.add(new Classification(index, labels[index], scores[index]));
    }
    return best;
  }

  static float[] softmax(float[] scores) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      largest = Math.max(largest, score);
    }
    float[] probabilities = new float[scores.length];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = (float) Math.exp(scores[i] - largest);
      sum += probabilities[i];
    }
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = (float) (probabilities[i] / sum);
    }
    return probabilities;
  }

  private static Preprocessing preprocessing(Graph graph) {
    String text = graph.metadata().get(Metadata.PREPROCESSING);
    if (text == null) {
      throw new GraphException(
          "the model does not say how images become its input; add it when compressing: qcnn"
              + " compress --preprocessing FILE.json");
    }
    try {
      return Preprocessing.parse(text).forInput(graph.inputShape());
    } catch (IllegalArgumentException misfit) {
      throw new GraphException("the model's metadata: " + misfit.getMessage(), misfit);
    }
  }

  private static String[] labels(Graph graph, int classes) {
    String text = graph.metadata().get(Metadata.LABELS);
    if (text == null) {
      String[] numbers = new String[classes];
      for (int i = 0; i < classes; i++) {
        numbers[i] = "class " + i;
      }
      return numbers;
    }
    String[] labels = text.trim().split("\n", -1);
    if (labels.length != classes) {
      throw new GraphException(
          "the model's metadata has " + labels.length + " labels for " + classes + " classes");
    }
    return labels;
  }

  /** Walks back from the output over mere changes of shape. */
  static boolean endsInSoftmax(Graph graph) {
    String value = graph.outputs().get(0);
    List<Node> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.output().equals(value)) {
        if (!(node.operator() instanceof Reshaping)) {
          return node.operator() instanceof Softmax;
        }
        value = node.inputs().get(0);
      }
    }
    return false;
  }

  private static FloatBuffer direct(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Frees the session, and the model if this classifier loaded it. */
  @Override
  public void close() {
    session.close();
    if (ownsModel) {
      model.close();
    }
  }
}
