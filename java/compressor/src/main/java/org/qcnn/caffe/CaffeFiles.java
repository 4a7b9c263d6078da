package org.qcnn.caffe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.qcnn.caffe.proto.NetParameter;
import org.qcnn.graph.GraphException;

/**
 * Reads the two files of a Caffe network and says what to do when they are not what they should.
 */
final class CaffeFiles {
  /** Descriptions have some kilobytes; whoever offers more has mixed up the files. */
  private static final long MAX_DESCRIPTION_BYTES = 16 << 20;

  private static final TextFormat.Parser PARSER =
      TextFormat.Parser.newBuilder().setAllowUnknownFields(true).build();

  /** The parser warns of every field that only training needs; held, or the level is forgotten. */
  private static final Logger PARSER_LOGGER = Logger.getLogger(TextFormat.class.getName());

  static {
    PARSER_LOGGER.setLevel(Level.SEVERE);
  }

  private CaffeFiles() {}

  static NetParameter readDescription(Path prototxt) {
    try {
      if (Files.size(prototxt) > MAX_DESCRIPTION_BYTES) {
        throw new GraphException(
            prototxt + " is too large for a prototxt; are prototxt and caffemodel swapped?");
      }
      String text = new String(Files.readAllBytes(prototxt), StandardCharsets.UTF_8);
      NetParameter.Builder net = NetParameter.newBuilder();
      PARSER.merge(text, net);
      return net.build();
    } catch (TextFormat.ParseException garbage) {
      throw new GraphException(
          prototxt
              + ", line "
              + garbage.getLine()
              + ", column "
              + garbage.getColumn()
              + ": this is no Caffe network description: "
              + garbage.getMessage()
              + ". Give the deploy.prototxt first, then the caffemodel",
          garbage);
    } catch (StackOverflowError tooDeep) {
      throw new GraphException(prototxt + ": messages are nested too deeply", tooDeep);
    } catch (IOException failure) {
      throw unreadable(prototxt, failure);
    }
  }

  static NetParameter readWeights(Path caffemodel) {
    try (FileChannel channel = FileChannel.open(caffemodel)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new GraphException(caffemodel + " is larger than 2 GiB, the limit of the format");
      }
      // Mapped, so that the file's bytes need not fit into the heap beside the weights.
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      NetParameter net = NetParameter.parseFrom(CodedInputStream.newInstance(bytes));
      if (net.getLayerCount() == 0 && net.getLayersCount() == 0) {
        throw new GraphException(
            caffemodel + " holds no layers: is it a caffemodel, and was it copied completely?");
      }
      return net;
    } catch (InvalidProtocolBufferException damaged) {
      throw new GraphException(
          caffemodel
              + " is no caffemodel or is damaged ("
              + damaged.getMessage()
              + "); compare its size with the original and copy it again",
          damaged);
    } catch (IOException failure) {
      throw unreadable(caffemodel, failure);
    }
  }

  private static GraphException unreadable(Path file, IOException failure) {
    String reason =
        failure instanceof NoSuchFileException ? "there is no such file" : failure.getMessage();
    return new GraphException(file + " cannot be read: " + reason, failure);
  }
}
