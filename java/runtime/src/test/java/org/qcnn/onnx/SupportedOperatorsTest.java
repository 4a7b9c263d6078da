package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SupportedOperatorsTest {
  @Test
  void whatIsNamedIsSupported() {
    for (String name : SupportedOperators.NAMES) {
      assertTrue(SupportedOperators.supports("", name), name);
      assertTrue(SupportedOperators.supports("ai.onnx", name), name);
      assertFalse(SupportedOperators.supports("com.example", name), name);
    }
    assertFalse(SupportedOperators.supports("", "LSTM"));
    assertTrue(SupportedOperators.supports("org.qcnn", "LutConv"));
    assertTrue(SupportedOperators.supports("org.qcnn", "LutGemm"));
    assertFalse(SupportedOperators.supports("org.qcnn", "Conv"));
  }

  @Test
  void whatIsNamedIsLoweredOrFolded() {
    for (String name : SupportedOperators.NAMES) {
      boolean folds = SupportedOperators.folds("", name);
      assertEquals(folds, isFolded("", name), name);
      assertTrue(folds || isLowered("", name), name);
    }
    assertTrue(isLowered("org.qcnn", "LutConv"));
    assertTrue(isLowered("org.qcnn", "LutGemm"));
  }

  @Test
  void whatIsNotNamedIsNeitherLoweredNorFolded() {
    for (String domain : new String[] {"", "org.qcnn", "com.example"}) {
      assertFalse(isLowered(domain, "LSTM"), domain);
      assertFalse(isFolded(domain, "LSTM"), domain);
    }
    assertFalse(isLowered("com.example", "Conv"));
    assertFalse(isFolded("com.example", "Constant"));
    assertFalse(SupportedOperators.folds("com.example", "Constant"));
  }

  @Test
  void namesAreInAlphabeticalOrder() {
    assertEquals(
        new ArrayList<>(new TreeSet<>(SupportedOperators.NAMES)), SupportedOperators.NAMES);
  }

  private static boolean isLowered(String domain, String type) {
    GraphBuilder graph = new GraphBuilder(Set.of(), 1, 1000);
    return isKnown(() -> SupportedOperators.lower(node(domain, type), graph));
  }

  private static boolean isFolded(String domain, String type) {
    GraphBuilder graph = new GraphBuilder(Set.of(), 1, 1000);
    return isKnown(() -> SupportedOperators.fold(node(domain, type), graph) != null);
  }

  /** What is known misses its inputs and outputs: the nodes have none. */
  private static boolean isKnown(Supplier<Boolean> attempt) {
    try {
      return attempt.get();
    } catch (IllegalArgumentException missing) {
      return true;
    }
  }

  private static OnnxNode node(String domain, String type) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    writeText(content, OnnxFields.NODE_TYPE, type);
    writeText(content, OnnxFields.NODE_DOMAIN, domain);
    return new OnnxNode(Message.of(ByteBuffer.wrap(content.toByteArray())), 13);
  }

  /** A field of protocol buffers, with a text of less than 128 bytes. */
  private static void writeText(ByteArrayOutputStream to, int field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    to.write(field << 3 | 2);
    to.write(bytes.length);
    to.write(bytes, 0, bytes.length);
  }
}
