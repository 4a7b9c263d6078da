package org.qcnn.benchmarks;

import java.nio.file.Path;

/** A network of zoo.sh, and how many times as fast as ONNX Runtime it is meant to be. */
enum ComparedNetwork {
  ALEXNET("alexnet", "paper", 4, 6),
  VGG_16("vgg-16", "paper", 1.7, 5),
  VGG_16_FINER("vgg-16", "paper-vgg", 1.7, 5),
  RESNET_18("resnet-18", "paper", 1.1, 4);

  private final String zooName;

  /** The preset that zoo.sh compresses it with. */
  private final String preset;

  final double int8Floor;
  final double floatFloor;

  ComparedNetwork(String zooName, String preset, double int8Floor, double floatFloor) {
    this.zooName = zooName;
    this.preset = preset;
    this.int8Floor = int8Floor;
    this.floatFloor = floatFloor;
  }

  /** Returns its name in the zoo and the preset. */
  String title() {
    return zooName + " " + preset;
  }

  Path original(Path folder) {
    return folder.resolve(zooName + ".onnx");
  }

  Path compressed(Path folder) {
    return folder.resolve(zooName + "-" + preset + ".onnx");
  }

  Path quantized(Path folder, String format) {
    return folder.resolve(zooName + "-int8-" + format + ".onnx");
  }
}
