package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.GraphException;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.TensorProto;

/** Our reader of the protobuf encoding against what protobuf writes. */
class MessageTest {
  private static Message message(int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return Message.of(ByteBuffer.wrap(content));
  }

  @Test
  void readsEveryKindOfField() {
    AttributeProto attribute =
        AttributeProto.newBuilder()
            .setName("größe")
            .setF(-1.5f)
            .setI(-7)
            .setS(ByteString.copyFromUtf8("text"))
            .addInts(1)
            .addInts(Long.MIN_VALUE)
            .addFloats(2)
            .addFloats(Float.MIN_VALUE)
            .build();
    Message read = Message.of(attribute.toByteString().asReadOnlyByteBuffer());
    assertEquals("größe", read.text(OnnxFields.ATTRIBUTE_NAME));
    assertEquals(-1.5f, read.number(OnnxFields.ATTRIBUTE_FLOAT));
    assertEquals(-7, read.integer(OnnxFields.ATTRIBUTE_INTEGER));
    assertEquals("text", read.text(OnnxFields.ATTRIBUTE_TEXT));
    assertArrayEquals(new long[] {1, Long.MIN_VALUE}, read.integers(OnnxFields.ATTRIBUTE_INTEGERS));
    assertEquals(Float.MIN_VALUE, read.floats(OnnxFields.ATTRIBUTE_FLOATS).getFloat(4));
  }

  @Test
  void readsPackedLists() {
    TensorProto tensor =
        TensorProto.newBuilder()
            .addInt64Data(300)
            .addInt64Data(-1)
            .addFloatData(3)
            .addDoubleData(4)
            .addDoubleData(5)
            .build();
    Message read = Message.of(tensor.toByteString().asReadOnlyByteBuffer());
    assertArrayEquals(new long[] {300, -1}, read.integers(OnnxFields.TENSOR_INTEGERS_64));
    assertEquals(3f, read.floats(OnnxFields.TENSOR_FLOATS).getFloat(0));
    assertEquals(5.0, read.doubles(OnnxFields.TENSOR_DOUBLES).getDouble(8));
    assertEquals(16, read.doubles(OnnxFields.TENSOR_DOUBLES).remaining());
  }

  @Test
  void whatIsAbsentIsEmpty() {
    Message empty = message();
    assertFalse(empty.hasInteger(1) || empty.hasFloat(1) || empty.hasBytes(1));
    assertEquals(0, empty.integer(1));
    assertEquals("", empty.text(1));
    assertNull(empty.bytes(1));
    assertEquals(List.of(), empty.messages(1));
    assertEquals(0, empty.floats(1).remaining());
    assertEquals(0, empty.message(1).message(2).integer(3));
    // A number where a text is expected.
    assertEquals("", message(1 << 3, 5).text(1));
  }

  @Test
  void theLastValueCountsAndMessagesAreMerged() {
    assertEquals(6, message(1 << 3, 5, 1 << 3, 6).integer(1));
    ModelProto one =
        ModelProto.newBuilder()
            .setGraph(GraphProto.newBuilder().addNode(NodeProto.newBuilder().setName("a")))
            .build();
    ModelProto other =
        ModelProto.newBuilder()
            .setGraph(GraphProto.newBuilder().addNode(NodeProto.newBuilder().setName("b")))
            .build();
    ByteString both = one.toByteString().concat(other.toByteString());
    List<Message> nodes =
        Message.of(both.asReadOnlyByteBuffer())
            .message(OnnxFields.MODEL_GRAPH)
            .messages(OnnxFields.GRAPH_NODES);
    assertEquals("a", nodes.get(0).text(OnnxFields.NODE_NAME));
    assertEquals("b", nodes.get(1).text(OnnxFields.NODE_NAME));
  }

  @Test
  void damageIsNamed() {
    int[][] damaged = {
      {0x08}, // a number that is cut off
      {0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, // one without an end
      {0x0a, 5, 1}, // a text that is cut off
      {0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, // one of negative length
      {0x0d, 1, 2, 3}, // a float that is cut off
      {0x0b}, // the beginning of a group
    };
    for (int[] bytes : damaged) {
      String complaint = assertThrows(GraphException.class, () -> message(bytes)).getMessage();
      assertTrue(complaint.contains("cut off or damaged") && complaint.contains("byte"), complaint);
    }
  }
}
