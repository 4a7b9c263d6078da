package org.qcnn.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.qcnn.data.ImageSource;
import org.qcnn.data.LabelsFile;
import org.qcnn.data.PreprocessingFile;
import org.qcnn.data.SampledImages;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

/** The network and the pictures that come with the command, unpacked into a folder. */
final class DemoFiles {
  private static final String CALIBRATION = "calibration-images-idx3-ubyte.gz";
  private static final String TEST = "test-images-idx3-ubyte.gz";
  private static final String TEST_LABELS = "test-labels-idx1-ubyte.gz";
  private static final String PREPROCESSING = "preprocessing.json";
  private static final String LABELS = "labels.txt";
  private static final String NETWORK = "network.onnx";

  /** The height and width of a picture. */
  static final int SIDE = 28;

  /** Four bytes that say what it is, then number, height and width as ints. */
  private static final int HEADER_BYTES = 16;

  private final Path folder;

  DemoFiles(Path folder) throws IOException {
    this.folder = folder;
    for (String name : List.of(NETWORK, PREPROCESSING, LABELS, CALIBRATION, TEST, TEST_LABELS)) {
      try (InputStream resource = DemoFiles.class.getResourceAsStream("demo/" + name)) {
        if (resource == null) {
          throw new IOException("this copy of qcnn lacks the demo's file " + name);
        }
        unpack(resource, folder.resolve(name));
      }
    }
  }

  private static void unpack(InputStream resource, Path file) throws IOException {
    try {
      Files.copy(resource, file);
    } catch (IOException failure) {
      throw new IOException(
          "cannot write "
              + file
              + " (is the disk full? -Djava.io.tmpdir=FOLDER in QCNN_JAVA_OPTIONS puts temporary"
              + " files elsewhere): "
              + failure.getMessage(),
          failure);
    }
  }

  ModelFile network() {
    return ModelFile.of(folder.resolve(NETWORK));
  }

  Preprocessing preprocessing(Shape input) {
    return PreprocessingFile.read(folder.resolve(PREPROCESSING)).forInput(input);
  }

  List<String> classNames() {
    return LabelsFile.read(folder.resolve(LABELS));
  }

  /** Returns pictures to compress with, without labels. */
  ImageSource calibration(Shape input, int most) {
    return open(CALIBRATION, preprocessing(input), input, null, most);
  }

  /** Returns pictures that the network has never seen, with labels, as its input. */
  ImageSource test(Shape input, int most) {
    return open(TEST, preprocessing(input), input, folder.resolve(TEST_LABELS), most);
  }

  /** Returns the pixels of the first test pictures, row by row, 0 is black. */
  List<ByteBuffer> pictures(int count) throws IOException {
    List<ByteBuffer> pictures = new ArrayList<>();
    try (InputStream pixels = new GZIPInputStream(Files.newInputStream(folder.resolve(TEST)))) {
      pixels.skipNBytes(HEADER_BYTES);
      for (int i = 0; i < count; i++) {
        pictures.add(ByteBuffer.wrap(pixels.readNBytes(SIDE * SIDE)));
      }
    }
    return pictures;
  }

  private ImageSource open(
      String name, Preprocessing preprocessing, Shape input, Path labels, int most) {
    String images = folder.resolve(name).toString();
    return SampledImages.named(
        ImageSource.open(images, preprocessing, input, labels), most, "Fashion-MNIST");
  }
}
