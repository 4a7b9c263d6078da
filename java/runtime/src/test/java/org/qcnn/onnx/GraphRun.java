package org.qcnn.onnx;

import java.nio.FloatBuffer;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.JavaKernels;

/** Runs a graph on the plain-Java kernels. */
final class GraphRun {
  private GraphRun() {}

  /** Returns the first output for a batch of images. */
  static float[] run(Graph graph, float[] input, int batch) {
    FloatBuffer images = FloatBuffer.wrap(input);
    float[] output = new float[batch * graph.shape(graph.outputs().get(0)).count()];
    try (Model model = Model.of(graph, new JavaKernels());
        Session session = model.newSession()) {
      session.run(images, FloatBuffer.wrap(output));
    }
    return output;
  }
}
