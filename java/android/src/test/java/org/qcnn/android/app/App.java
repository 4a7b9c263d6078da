package org.qcnn.android.app;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.qcnn.image.Classification;
import org.qcnn.image.Image;
import org.qcnn.image.ImageClassifier;

/** Stands for an app that uses the AAR: names what is in some pictures and prints it. */
public final class App {
  private static final int SIDE = 28;

  private App() {}

  /** Takes the model and a file of grey pictures, 28 x 28 bytes each. */
  public static void main(String[] arguments) throws IOException {
    ByteBuffer pictures = ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[1])));
    try (ImageClassifier classifier = ImageClassifier.open(new File(arguments[0]))) {
      while (pictures.hasRemaining()) {
        Image picture = Image.grey(pictures, SIDE, SIDE);
        for (Classification guess : classifier.classify(picture, 3)) {
          System.out.println(guess.index() + " " + guess.label() + " " + guess.score());
        }
        pictures.position(pictures.position() + SIDE * SIDE);
      }
    }
  }
}
