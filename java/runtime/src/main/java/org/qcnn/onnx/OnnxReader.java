package org.qcnn.onnx;

import com.google.protobuf.ByteString;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
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
    return read(ByteString.readFrom(model).asReadOnlyByteBuffer(), options);
  }

  /**
   * Reads a model from a buffer, between its position and its limit. The weights of the graph are
   * views of the buffer, so its content must not change as long as the graph is used.
   */
  public static Graph read(ByteBuffer model, ImportOptions options) {
    ModelFile file;
    try {
      file = new ModelFile(model);
    } catch (IOException damage) {
      throw new GraphException(
          "this is not an ONNX model, or the file is cut off or damaged: " + damage.getMessage(),
          damage);
    }
    return new ModelImport(file, options).graph();
  }
}
