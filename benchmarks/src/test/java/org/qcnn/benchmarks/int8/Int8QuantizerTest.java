package org.qcnn.benchmarks.int8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.qcnn.benchmarks.OnnxRuntimeContestant;
import org.qcnn.benchmarks.RandomImage;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.writer.OnnxWriter;

class Int8QuantizerTest {
  /** Of the scores, as relative L2 distance: some ten roundings of half a percent each. */
  private static final double LARGEST_ERROR = 0.03;

  /**
   * The same where ONNX Runtime has only vpmaddubsw for unsigned inputs and signed weights: its
   * sums of two products saturate at 16 bits, as ONNX Runtime's documentation on quantization
   * warns.
   */
  private static final double LARGEST_SATURATED_ERROR = 0.1;

  @TempDir Path folder;
  private Path original;
  private Path quantized;
  private Int8Quantizer quantizer;

  @BeforeEach
  void calibrate() throws IOException, OrtException {
    original = folder.resolve("original.onnx");
    quantized = folder.resolve("quantized.onnx");
    OnnxWriter.write(SmallNetwork.graph(), original);
    quantizer = Int8Quantizer.calibrate(original, List.of(image(1), image(2), image(3)));
  }

  private static float[] image(int seed) {
    return RandomImage.values(SmallNetwork.INPUT.count(), seed);
  }

  @ParameterizedTest
  @EnumSource
  void scoresAreCloseToThoseOfTheFloatNetwork(Int8Format format) throws Exception {
    quantizer.write(quantized, format);
    double error = distance(scores(quantized), scores(original));
    // An error of zero would mean that nothing was rounded at all.
    double largest =
        format == Int8Format.U8U8 || addsExactly() ? LARGEST_ERROR : LARGEST_SATURATED_ERROR;
    assertTrue(error > 1e-5 && error < largest, "relative error " + error);
  }

  /** Whether the processor adds products of bytes in 32 bits: by VNNI, or not being of x86. */
  private static boolean addsExactly() throws IOException {
    Path processors = Path.of("/proc/cpuinfo");
    String flags = Files.exists(processors) ? Files.readString(processors) : "";
    return flags.contains("vnni") || !flags.contains("avx2");
  }

  @Test
  void onnxRuntimeComputesOnIntegers() throws Exception {
    quantizer.write(quantized, Int8Format.U8S8);
    Map<String, Integer> operators = optimizedOperators();
    assertEquals(4, operators.get("QLinearConv"), operators.toString());
    assertEquals(2, operators.get("QGemm"), operators.toString());
    assertEquals(1, operators.get("QLinearAdd"), operators.toString());
    assertEquals(1, operators.get("QLinearConcat"), operators.toString());
    assertEquals(1, operators.get("QLinearGlobalAveragePool"), operators.toString());
    for (String floats : List.of("Conv", "FusedConv", "Gemm", "FusedGemm", "Add", "Relu")) {
      assertEquals(0, operators.getOrDefault(floats, 0), operators.toString());
    }
  }

  @Test
  void oldOperatorsAreRefused() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(original));
    ModelProto.Builder old = model.toBuilder();
    old.setOpsetImport(0, model.getOpsetImport(0).toBuilder().setVersion(12));
    Files.write(original, old.build().toByteArray());
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Int8Quantizer.calibrate(original, List.of(image(1))));
    assertTrue(refusal.getMessage().contains("before version 13"), refusal.getMessage());
  }

  /** Counts the operators of the quantized network after ONNX Runtime's optimizations. */
  private Map<String, Integer> optimizedOperators() throws IOException, OrtException {
    Path optimized = folder.resolve("optimized.onnx");
    try (OrtSession.SessionOptions options = OnnxRuntimeContestant.options()) {
      options.setOptimizedModelFilePath(optimized.toString());
      OrtEnvironment.getEnvironment().createSession(quantized.toString(), options).close();
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (NodeProto node :
        ModelProto.parseFrom(Files.readAllBytes(optimized)).getGraph().getNodeList()) {
      counts.merge(node.getOpType(), 1, Integer::sum);
    }
    return counts;
  }

  private static FloatBuffer scores(Path file) throws OrtException {
    FloatBuffer image = RandomImage.direct(SmallNetwork.INPUT.count(), 9);
    try (OnnxRuntimeContestant network =
        new OnnxRuntimeContestant(
            "network", file, SmallNetwork.INPUT, image, SmallNetwork.CLASSES)) {
      network.run();
      return network.scores();
    }
  }

  private static double distance(FloatBuffer actual, FloatBuffer expected) {
    double error = 0;
    double square = 0;
    for (int i = 0; i < expected.limit(); i++) {
      error += Math.pow(actual.get(i) - expected.get(i), 2);
      square += Math.pow(expected.get(i), 2);
    }
    return Math.sqrt(error / square);
  }
}
