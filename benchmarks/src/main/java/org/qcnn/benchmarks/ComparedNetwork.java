package org.qcnn.benchmarks;

import java.nio.file.Path;
import java.util.Locale;

/** A network of zoo.sh, and how many times as fast as ONNX Runtime it is meant to be. */
enum ComparedNetwork {
  ALEXNET("paper", 4, 6),
  VGG_16("paper-vgg", 1.7, 5),
  RESNET_18("paper", 1.1, 4);

  /** The preset that zoo.sh compresses it with. */
  private final String preset;

  final double int8Floor;
  final double floatFloor;

  ComparedNetwork(String preset, double int8Floor, double floatFloor) {
    this.preset = preset;
    this.int8Floor = int8Floor;
    this.floatFloor = floatFloor;
  }

  /** Returns its name in the zoo. */
  String zooName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Path original(Path folder) {
    return folder.resolve(zooName() + ".onnx");
  }

  Path compressed(Path folder) {
    return folder.resolve(zooName() + "-" + preset + ".onnx");
  }

  Path quantized(Path folder, String format) {
    return folder.resolve(zooName() + "-int8-" + format + ".onnx");
  }
}
