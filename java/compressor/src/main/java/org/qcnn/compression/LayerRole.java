package org.qcnn.compression;

/** What part a layer plays in its network; presets choose by it. */
public enum LayerRole {
  /** A convolution that reads the image: few channels, few weights, much accuracy. */
  FIRST_CONVOLUTION,
  /** Any other convolution. */
  CONVOLUTION,
  /** A fully-connected layer with another one behind it. */
  HIDDEN_FULLY_CONNECTED,
  /** The fully-connected layer that gives the class scores. */
  LAST_FULLY_CONNECTED
}
