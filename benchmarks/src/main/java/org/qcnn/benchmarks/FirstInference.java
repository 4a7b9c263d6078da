package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;

/**
 * Starts up as a user's program does: loads the native library, reads the model named on the
 * command line, packs its weights and classifies one image. Prints how many nanoseconds each of
 * these steps took.
 */
public final class FirstInference {
  private FirstInference() {}

  /** Goes through the steps once: in a virtual machine that has done nothing else. */
  public static void main(String[] arguments) throws IOException {
    long start = System.nanoTime();
    KernelSet kernels = KernelSet.best();
    long library = System.nanoTime();
    Graph graph = OnnxReader.read(Path.of(arguments[0]), ImportOptions.DEFAULT);
    long read = System.nanoTime();
    Model model = Model.of(graph, kernels);
    long packed = System.nanoTime();
    try (model;
        Session session = model.newSession()) {
      int classes = graph.shape(graph.outputs().get(0)).count();
      session.run(
          RandomImage.directFloats(graph.inputShape().count()), FloatBuffer.allocate(classes));
    }
    long classified = System.nanoTime();
    System.out.printf(
        "%d %d %d %d%n", library - start, read - library, packed - read, classified - packed);
  }
}
