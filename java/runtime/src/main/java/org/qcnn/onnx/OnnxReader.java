package org.qcnn.onnx;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;

/**
 * Reads ONNX model files, ours with quantized layers and everyone else's with dense ones, into a
 * cleaned-up {@link Graph}.
 *
 * <p>Every method throws {@link GraphException} if the bytes are not an ONNX model, are damaged, or
 * use what this engine does not support; the message names the node and what can be done.
 */
public final class OnnxReader {
  private OnnxReader() {}

  /** Reads a model from a file like {@link #read(File, ImportOptions)}. */
  public static Graph read(Path model, ImportOptions options) throws IOException {
    return read(model.toFile(), options);
  }

  /**
   * Reads a model from a file, which is mapped into memory: the float weights of the graph are the
   * pages of the file, nothing is copied.
   *
   * @throws IOException if the file cannot be opened or mapped
   */
  public static Graph read(File model, ImportOptions options) throws IOException {
    try (FileInputStream stream = new FileInputStream(model);
        FileChannel channel = stream.getChannel()) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new GraphException(model + " is larger than the 2 GiB that an ONNX file may have");
      }
      return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), options);
    }
  }

  /**
   * Reads a model from a stream up to its end; the stream stays open.
   *
   * @throws IOException if the stream fails
   */
  public static Graph read(InputStream model, ImportOptions options) throws IOException {
    byte[] content = new byte[1 << 16];
    int size = 0;
    for (int read = 0; read >= 0; read = model.read(content, size, content.length - size)) {
      size += read;
      if (size == content.length) {
        content = Arrays.copyOf(content, grown(size));
      }
    }
    return read(ByteBuffer.wrap(content, 0, size), options);
  }

  private static int grown(int size) {
    if (size == Integer.MAX_VALUE) {
      throw new GraphException("the model is larger than the 2 GiB that an ONNX file may have");
    }
    return size < Integer.MAX_VALUE / 2 ? 2 * size : Integer.MAX_VALUE;
  }

  /**
   * Reads a model from a buffer, between its position and its limit. The weights of the graph are
   * views of the buffer, so its content must not change as long as the graph is used.
   */
  public static Graph read(ByteBuffer model, ImportOptions options) {
    return new ModelImport(Message.of(model), model.remaining(), options).graph();
  }
}
