package org.qcnn.android.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.qcnn.image.Classification;
import org.qcnn.image.ImageClassifier;

/** Stands for an app that uses the AAR: names what is in an image and prints it. */
public final class App {
  private App() {}

  /** Takes the model, the bytes of a grey image, and its side in pixels. */
  public static void main(String[] arguments) throws IOException {
    int side = Integer.parseInt(arguments[2]);
    int[] pixels = new int[side * side];
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[1])));
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (bytes.get(i) & 0xff) * 0x010101;
    }
    try (ImageClassifier classifier = ImageClassifier.open(Path.of(arguments[0]))) {
      List<Classification> guesses = classifier.classify(pixels, side, side, 3);
      for (Classification guess : guesses) {
        System.out.println(guess.index() + " " + guess.label() + " " + guess.score());
      }
    }
  }
}
