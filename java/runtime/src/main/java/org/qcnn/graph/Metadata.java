package org.qcnn.graph;

/**
 * Keys of {@link Graph#metadata()}, which are also the keys of the metadata properties in a
 * compressed ONNX file.
 */
public final class Metadata {
  /** Version of the compressed format, {@code major.minor}; a newer major version is refused. */
  public static final String FORMAT_VERSION = "org.qcnn.format_version";

  /** The format version that this release writes, and the newest major version that it reads. */
  public static final String CURRENT_FORMAT = "2.0";

  /** Class names in output order, one a line. */
  public static final String LABELS = "org.qcnn.labels";

  /** How an image becomes the input; the text form of {@code org.qcnn.image.Preprocessing}. */
  public static final String PREPROCESSING = "org.qcnn.preprocessing";

  /**
   * The faster way of each quantized convolution, as measured on one machine; the text form of
   * {@code org.qcnn.engine.Tuning}.
   */
  public static final String TUNING = "org.qcnn.tuning";

  /** Where the file came from: source and its hash, settings, calibration, tool version. */
  public static final String PROVENANCE_PREFIX = "org.qcnn.provenance.";

  private Metadata() {}
}
