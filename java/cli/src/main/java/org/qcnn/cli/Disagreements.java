package org.qcnn.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.qcnn.compression.Answers;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.tensor.Shape;

/**
 * Images about which a compressed network says something else than the original.
 *
 * @param compared how many images both were asked about
 * @param images those on which they disagree, at most {@link #MOST_SHOWN}
 * @param found how many disagree
 */
record Disagreements(int compared, int found, List<Image> images) {
  private static final int MOST_COMPARED = 256;
  private static final int MOST_SHOWN = 48;
  private static final int LARGEST_SIDE = 96;

  /**
   * One image.
   *
   * @param name what its source calls it
   * @param original the class that the original network takes it for
   * @param compressed the class that the compressed network takes it for
   * @param picture the network's input as a PNG in a data URI, stretched to all grey levels; empty
   *     if the input is no picture
   */
  record Image(String name, String original, String compressed, String picture) {}

  /**
   * Asks both networks.
   *
   * @param file of the compressed network
   * @param threads to run on
   */
  static Disagreements of(Graph original, Path file, ImageSource images, int threads)
      throws IOException {
    Graph compressed = OnnxReader.read(file, ImportOptions.DEFAULT);
    String labels = compressed.metadata().get(Metadata.LABELS);
    List<String> classNames = labels == null ? List.of() : List.of(labels.split("\n", -1));
    int count = Math.min(MOST_COMPARED, images.count());
    Answers expected = Answers.of(original, images, count, WayChoice.AUTOMATIC, threads);
    Answers found = Answers.of(compressed, images, count, WayChoice.AUTOMATIC, threads);
    List<Image> different = new ArrayList<>();
    int disagree = 0;
    for (int i = 0; i < count; i++) {
      if (expected.best(i) == found.best(i)) {
        continue;
      }
      disagree++;
      if (different.size() < MOST_SHOWN) {
        int index = (int) ((long) i * images.count() / count);
        different.add(
            new Image(
                images.name(index),
                name(classNames, expected.best(i)),
                name(classNames, found.best(i)),
                picture(images, index, original.inputShape())));
      }
    }
    return new Disagreements(count, disagree, different);
  }

  private static String name(List<String> names, int index) {
    return index < names.size() ? names.get(index) : "class " + index;
  }

  private static String picture(ImageSource images, int index, Shape shape) {
    if (shape.rank() != 3 || (shape.extent(0) != 1 && shape.extent(0) != 3)) {
      return "";
    }
    FloatBuffer values = FloatBuffer.allocate(shape.count());
    images.read(index, values);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : values.array()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    int step = Math.max(1, Math.max(shape.extent(1), shape.extent(2)) / LARGEST_SIDE);
    int height = Math.max(1, shape.extent(1) / step);
    int width = Math.max(1, shape.extent(2) / step);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = shape.extent(1) * shape.extent(2);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          int at = c % shape.extent(0) * plane + y * step * shape.extent(2) + x * step;
          float level = (values.get(at) - low) / Math.max(high - low, Float.MIN_NORMAL);
          rgb = rgb << 8 | Math.round(255 * level);
        }
        picture.setRGB(x, y, rgb);
      }
    }
    return dataUri(picture);
  }

  private static String dataUri(BufferedImage picture) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", png);
    } catch (IOException impossible) {
      throw new IllegalStateException("memory takes whatever is written to it", impossible);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }

  /** Returns everything by name. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("compared", compared);
    json.put("found", found);
    json.put("images", images);
    return json;
  }
}
