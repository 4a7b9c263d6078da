package org.qcnn.caffe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.caffe.proto.BlobProto;
import org.qcnn.caffe.proto.V1LayerParameter;
import org.qcnn.data.SharedData;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.tensor.Shape;

class CaffeReaderTest {
  @TempDir Path directory;

  @Test
  void leNetIsRead() {
    Graph graph =
        CaffeReader.read(
            SharedData.find("lenet/deploy.prototxt"), SharedData.find("lenet/lenet.caffemodel"));
    assertEquals(Shape.of(1, 28, 28), graph.inputShape());
    assertEquals(List.of("prob"), graph.outputs());
    assertEquals(Shape.of(10), graph.shape("prob"));
    List<Shape> weights =
        graph.nodes().stream()
            .filter(node -> node.operator().weights() != null)
            .map(node -> node.operator().weights().shape())
            .toList();
    assertEquals(
        List.of(
            Shape.of(20, 1, 5, 5), Shape.of(50, 20, 5, 5), Shape.of(500, 800), Shape.of(10, 500)),
        weights);
  }

  @Test
  void convolutionParametersArriveWhereTheyBelong() throws IOException {
    Graph graph =
        CaffeNetwork.input(1, 4, 9, 11)
            .layer(
                "conv",
                "Convolution",
                "convolution_param { num_output: 6 kernel_h: 3 kernel_w: 1 stride: 2 pad_h: 1"
                    + " pad_w: 0 group: 2 dilation: 1 bias_term: false }")
            .blobs("conv", new int[] {6, 2, 3, 1})
            .read(directory);
    Convolution convolution = operator(graph, "conv", Convolution.class);
    assertEquals(2, convolution.groups());
    assertEquals(1, convolution.window().padBottom);
    assertEquals(0, convolution.window().padRight);
    assertArrayEquals(new float[6], convolution.bias());
    assertEquals(2, convolution.weights().decode().value(1));
    assertEquals(Shape.of(6, 5, 6), graph.shape("conv"));
  }

  @Test
  void poolingRoundsUpAndCountsPadding() throws IOException {
    Graph graph =
        CaffeNetwork.input(1, 2, 6, 6)
            .layer("max", "Pooling", "pooling_param { kernel_size: 3 stride: 2 }")
            .layer("ave", "Pooling", "pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }")
            .layer("all", "Pooling", "pooling_param { pool: AVE global_pooling: true }")
            .read(directory);
    assertEquals(Shape.of(2, 3, 3), graph.shape("max"));
    assertEquals(Shape.of(2, 2, 2), graph.shape("ave"));
    assertEquals(Shape.of(2, 1, 1), graph.shape("all"));
    assertTrue(operator(graph, "ave", Pooling.class).countIncludePad());
    Graph down =
        CaffeNetwork.input(1, 2, 6, 6)
            .layer("max", "Pooling", "pooling_param { kernel_size: 3 stride: 2 round_mode: FLOOR }")
            .read(directory);
    assertEquals(Shape.of(2, 2, 2), down.shape("max"));
  }

  @Test
  void windowsThatPoolNothingAreRefused() {
    assertRefused(
        CaffeNetwork.input(1, 2, 4, 4)
            .layer("pool", "Pooling", "pooling_param { kernel_size: 1 stride: 2 }"),
        "layer pool (Pooling)",
        "FLOOR");
  }

  @Test
  void innerProductFlattensAndTransposes() throws IOException {
    Graph graph =
        CaffeNetwork.input(1, 2, 1, 2)
            .layer("ip", "InnerProduct", "inner_product_param { num_output: 3 transpose: true }")
            .blobs("ip", new int[] {4, 3}, new int[] {3})
            .read(directory);
    FullyConnected layer = operator(graph, "ip", FullyConnected.class);
    assertEquals(Shape.of(3, 4), layer.weights().shape());
    assertArrayEquals(
        new float[] {1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12}, layer.weights().decode().toArray());
  }

  @Test
  void batchNormAndScaleInPlaceAreFoldedIntoTheConvolution() throws IOException {
    CaffeNetwork network =
        CaffeNetwork.input(1, 1, 2, 2)
            .layer("conv", "Convolution", "convolution_param { num_output: 2 kernel_size: 1 }")
            .raw(
                "layer { name: 'bn' type: 'BatchNorm' bottom: 'conv' top: 'conv'"
                    + " batch_norm_param { eps: 0 } }")
            .raw(
                "layer { name: 'scale' type: 'Scale' bottom: 'conv' top: 'conv'"
                    + " scale_param { bias_term: true } }")
            .raw("layer { name: 'relu' type: 'ReLU' bottom: 'conv' top: 'conv' }")
            .blobs("conv", new int[] {2, 1, 1, 1}, new int[] {2})
            .blobs("scale", new int[] {2}, new int[] {2});
    network
        .weights()
        .addLayer(
            org.qcnn.caffe.proto.LayerParameter.newBuilder()
                .setName("bn")
                .addBlobs(BlobProto.newBuilder(CaffeNetwork.blob(2).build()))
                .addBlobs(CaffeNetwork.blob(2).clearData().addData(8).addData(32))
                .addBlobs(CaffeNetwork.blob(1).clearData().addData(2)));
    Graph graph = network.read(directory);
    assertEquals(Shape.of(2, 2, 2), graph.shape(graph.outputs().get(0)));
    // Means 0.5, 1; deviations 2, 4; then times 1, 2 plus 1, 2; weights and biases 1, 2.
    Convolution convolution = operator(graph, "conv", Convolution.class);
    assertArrayEquals(new float[] {0.5f, 1}, convolution.weights().decode().toArray(), 1e-6f);
    assertArrayEquals(new float[] {1.25f, 2.5f}, convolution.bias(), 1e-6f);
    assertEquals(1, graph.nodes().size(), graph.nodes().toString());
  }

  @Test
  void branchesAreJoined() throws IOException {
    Graph graph =
        CaffeNetwork.input(1, 2, 4, 4)
            .raw("layer { name: 's' type: 'Split' bottom: 'data' top: 'a' top: 'b' }")
            .raw(
                "layer { name: 'r' type: 'ReLU' bottom: 'a' top: 'r'"
                    + " relu_param { negative_slope: 0.1 } }")
            .raw(
                "layer { name: 'sum' type: 'Eltwise' bottom: 'r' bottom: 'b' bottom: 'data'"
                    + " top: 'sum' eltwise_param { coeff: 1 coeff: -1 coeff: 0.5 } }")
            .raw(
                "layer { name: 'cat' type: 'Concat' bottom: 'sum' bottom: 'r' top: 'cat'"
                    + " concat_param { concat_dim: 1 } }")
            .raw("layer { name: 'drop' type: 'Dropout' bottom: 'cat' top: 'cat' }")
            .raw("layer { name: 'flat' type: 'Flatten' bottom: 'cat' top: 'flat' }")
            .raw(
                "layer { name: 'shape' type: 'Reshape' bottom: 'flat' top: 'shape'"
                    + " reshape_param { shape { dim: 0 dim: 8 dim: -1 dim: 4 } } }")
            .read(directory);
    assertEquals(Shape.of(4, 4, 4), graph.shape("cat"));
    assertEquals(List.of("shape"), graph.outputs());
    assertEquals(Shape.of(8, 2, 4), graph.shape("shape"));
  }

  @Test
  void theOtherLayersAreRead() throws IOException {
    Graph graph =
        CaffeNetwork.input(1, 3, 4, 4)
            .layer("lrn", "LRN", "lrn_param { local_size: 3 alpha: 1e-4 }")
            .layer("prelu", "PReLU", "")
            .layer("power", "Power", "power_param { scale: 2 shift: 1 }")
            .layer("bias", "Bias", "")
            .layer("sigmoid", "Sigmoid", "")
            .layer("softmax", "Softmax", "")
            .blobs("prelu", new int[] {3})
            .blobs("bias", new int[] {3})
            .read(directory);
    assertEquals(Shape.of(3, 4, 4), graph.shape("softmax"));
  }

  @Test
  void squeezeAndExcitationScalesByAValue() throws IOException {
    Graph graph =
        CaffeNetwork.input(1, 3, 4, 4)
            .layer("pool", "Pooling", "pooling_param { pool: AVE global_pooling: true }")
            .layer("fc", "InnerProduct", "inner_product_param { num_output: 3 }")
            .raw(
                "layer { name: 'se' type: 'Scale' bottom: 'data' bottom: 'fc' top: 'se'"
                    + " scale_param { axis: 0 } }")
            .blobs("fc", new int[] {3, 3}, new int[] {3})
            .read(directory);
    assertEquals(Shape.of(3, 4, 4), graph.shape("se"));
  }

  @Test
  void layersForTrainingAreLeftOut() throws IOException {
    Graph graph =
        CaffeNetwork.input(1, 1, 2, 2)
            .raw("layer { name: 'd' type: 'Data' top: 'x' top: 'label' }")
            .raw(
                "layer { name: 'n' type: 'Noise' bottom: 'data' top: 'data'"
                    + " include { phase: TRAIN } }")
            .raw(
                "layer { name: 'm' type: 'Noise' bottom: 'data' top: 'data'"
                    + " exclude { phase: TEST } }")
            .layer("relu", "ReLU", "include { phase: TEST }")
            .raw("layer { name: 'a' type: 'Accuracy' bottom: 'relu' bottom: 'label' top: 'a' }")
            .read(directory);
    assertEquals(List.of("relu"), graph.outputs());
  }

  @Test
  void theFormatFromBefore2015IsRead() throws IOException {
    String text =
        """
        input: 'data' input_dim: 1 input_dim: 1 input_dim: 5 input_dim: 5
        layers { name: 'conv' type: CONVOLUTION bottom: 'data' top: 'conv' blobs_lr: 1
          convolution_param { num_output: 2 kernel_size: 5 } }
        layers { name: 'relu' type: RELU bottom: 'conv' top: 'conv' }
        layers { name: 'ip' type: INNER_PRODUCT bottom: 'conv' top: 'ip'
          inner_product_param { num_output: 3 bias_term: false } }
        layers { name: 'prob' type: SOFTMAX bottom: 'ip' top: 'prob' }
        """;
    CaffeNetwork network = CaffeNetwork.text(text);
    network
        .weights()
        .addLayers(
            V1LayerParameter.newBuilder()
                .setName("conv")
                .addBlobs(legacy(2, 1, 5, 5))
                .addBlobs(legacy(1, 1, 1, 2)))
        .addLayers(V1LayerParameter.newBuilder().setName("ip").addBlobs(legacy(1, 1, 3, 2)));
    Graph graph = network.read(directory);
    assertEquals(Shape.of(3), graph.shape("prob"));
    assertEquals(25.0, operator(graph, "conv", Convolution.class).weights().decode().value(24));
  }

  private static BlobProto.Builder legacy(int num, int channels, int height, int width) {
    BlobProto.Builder blob =
        BlobProto.newBuilder().setNum(num).setChannels(channels).setHeight(height).setWidth(width);
    for (int i = 0; i < num * channels * height * width; i++) {
      blob.addDoubleData(i + 1);
    }
    return blob;
  }

  @Test
  void allUnsupportedLayersAreListedAtOnce() {
    CaffeNetwork network =
        CaffeNetwork.input(1, 1, 2, 2)
            .layer("up", "Deconvolution", "")
            .layer("norm", "LRN", "lrn_param { norm_region: WITHIN_CHANNEL }")
            .layer("loss", "SoftmaxWithLoss", "");
    assertRefused(network, "up (Deconvolution)", "norm (LRN)", "WITHIN_CHANNEL", "deploy.prototxt");
  }

  @Test
  void missingAndWrongWeightsAreNamed() {
    String parameters = "convolution_param { num_output: 2 kernel_size: 1 }";
    assertRefused(
        CaffeNetwork.input(1, 1, 2, 2).layer("conv", "Convolution", parameters),
        "layer conv (Convolution)",
        "2x1x1x1",
        "none for a layer of this name");
    assertRefused(
        CaffeNetwork.input(1, 1, 2, 2)
            .layer("conv", "Convolution", parameters)
            .blobs("conv", new int[] {2, 1, 3, 3}, new int[] {2}),
        "needs weights of 2x1x1x1",
        "found 2x1x3x3");
    CaffeNetwork torn = CaffeNetwork.input(1, 1, 2, 2).layer("conv", "Convolution", parameters);
    torn.blobs("conv", new int[] {2, 1, 1, 1}, new int[] {2});
    torn.weights().getLayerBuilder(0).getBlobsBuilder(0).clearData();
    assertRefused(torn, "holds 0 values");
  }

  @Test
  void parametersThatMakeNoSenseAreNamed() {
    String huge = "convolution_param { num_output: 4000000000 kernel_size: 3 }";
    assertRefused(CaffeNetwork.input(1, 1, 2, 2).layer("c", "Convolution", huge), "layer c");
    String none = "convolution_param { num_output: 2 }";
    assertRefused(CaffeNetwork.input(1, 1, 2, 2).layer("c", "Convolution", none), "layer c");
    String groups = "convolution_param { num_output: 2 kernel_size: 1 group: 0 }";
    assertRefused(CaffeNetwork.input(1, 1, 2, 2).layer("c", "Convolution", groups), "0 groups");
    String large = "convolution_param { num_output: 2000000000 kernel_size: 60000 }";
    assertRefused(CaffeNetwork.input(1, 9, 2, 2).layer("c", "Convolution", large), "layer c");
    assertRefused(CaffeNetwork.input(1, 0, 2, 2), "data (Input)");
    assertRefused(CaffeNetwork.text("").layer("r", "ReLU", ""), "declares no input");
    assertRefused(CaffeNetwork.input(1, 1, 2, 2).raw("layer { name: 'r' type: 'ReLU' }"), "bottom");
    assertRefused(
        CaffeNetwork.input(1, 1, 2, 2)
            .layer(
                "r", "Reshape", "reshape_param { shape { dim: 0 dim: 0 dim: 0 dim: 0 dim: 0 } }"),
        "layer r");
  }

  private void assertRefused(CaffeNetwork network, String... parts) {
    String message = assertThrows(GraphException.class, () -> network.read(directory)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains("null"), message);
  }

  private static <T extends Operator> T operator(Graph graph, String name, Class<T> type) {
    return graph.nodes().stream()
        .filter(node -> node.name().equals(name))
        .map(node -> type.cast(node.operator()))
        .findFirst()
        .orElseThrow();
  }
}
