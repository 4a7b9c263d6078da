package org.qcnn.example;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.qcnn.image.Classification;
import org.qcnn.image.ImageClassifier;
import org.qcnn.kernel.YuvPicture;

/** Everything of this app that uses qcnn, and nothing of Android; serves one thread. */
public final class FrameClassifier implements AutoCloseable {
  private static final int GUESSES = 3;

  private final ImageClassifier classifier;

  /** Reads a compressed model; the stream stays open. */
  public FrameClassifier(InputStream model) throws IOException {
    classifier = ImageClassifier.open(model);
  }

  /**
   * Names what a frame of the camera shows, one line for each guess. The arguments are those of the
   * three planes of {@code YUV_420_888}.
   *
   * @param rotation clockwise, in degrees, until the frame stands upright
   */
  public String classify(
      int width,
      int height,
      ByteBuffer y,
      ByteBuffer u,
      ByteBuffer v,
      int lumaRowStride,
      int chromaRowStride,
      int chromaPixelStride,
      int rotation) {
    YuvPicture frame =
        YuvPicture.yuv420(
                width, height, y, u, v, lumaRowStride, chromaRowStride, chromaPixelStride)
            .rotated(rotation);
    return lines(classifier.classify(frame, GUESSES));
  }

  /** Names what a bitmap shows, given the pixels of {@code Bitmap.getPixels}. */
  public String classify(int[] pixels, int width, int height) {
    return lines(classifier.classify(pixels, width, height, GUESSES));
  }

  private static String lines(Iterable<Classification> guesses) {
    StringBuilder text = new StringBuilder();
    for (Classification guess : guesses) {
      text.append(String.format(Locale.ROOT, "%4.0f%%  %s%n", 100 * guess.score(), guess.label()));
    }
    return text.toString();
  }

  @Override
  public void close() {
    classifier.close();
  }
}
