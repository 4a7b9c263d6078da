package org.qcnn.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.writer.OnnxWriter;

/** Tells networks and images apart by what they contain. */
public final class ContentDigest {
  // Reading every photograph would take as long as a part of the work itself.
  private static final int IMAGES = 16;

  private ContentDigest() {}

  /** Returns the digest of operators, weights and names of a network; its metadata are left out. */
  public static String of(Graph graph) {
    MessageDigest digest = Sha256.start();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      OnnxWriter.encode(graph.withMetadata(Map.of()), out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the digest of the names of all images, in their order. */
  public static String ofNames(ImageSource images) {
    MessageDigest digest = Sha256.start();
    addNames(images, digest);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void addNames(ImageSource images, MessageDigest digest) {
    for (int i = 0; i < images.count(); i++) {
      digest.update((images.name(i) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Returns a digest of the names of all images and of the preprocessed values of 16 of them, the
   * first, the last and others between.
   *
   * @param values the values of an image
   */
  public static String of(ImageSource images, int values) {
    MessageDigest digest = Sha256.start();
    addNames(images, digest);
    int taken = Math.min(IMAGES, images.count());
    for (int i = 0; i < taken; i++) {
      int index = taken == 1 ? 0 : (int) ((long) i * (images.count() - 1) / (taken - 1));
      ByteBuffer bytes = ByteBuffer.allocate(values * Float.BYTES);
      images.read(index, bytes.asFloatBuffer());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
