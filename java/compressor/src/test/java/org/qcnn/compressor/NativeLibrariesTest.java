package org.qcnn.compressor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.bytedeco.openblas.global.openblas;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

/** The native libraries that the compressor stands on are there and work. */
class NativeLibrariesTest {
  @Test
  void openBlasMultiplies() {
    float[] product = new float[4];
    openblas.cblas_sgemm(
        openblas.CblasRowMajor,
        openblas.CblasNoTrans,
        openblas.CblasNoTrans,
        2,
        2,
        2,
        1f,
        new float[] {1, 2, 3, 4},
        2,
        new float[] {5, 6, 7, 8},
        2,
        0f,
        product,
        2);
    assertArrayEquals(new float[] {19, 22, 43, 50}, product);
  }

  @Test
  void openCvResizes() {
    try (Mat image = new Mat(4, 4, opencv_core.CV_8UC1, new Scalar(7));
        Mat half = new Mat()) {
      opencv_imgproc.resize(image, half, new Size(2, 2));
      assertEquals(2, half.rows());
      assertEquals(7, half.data().get(3));
    }
  }
}
