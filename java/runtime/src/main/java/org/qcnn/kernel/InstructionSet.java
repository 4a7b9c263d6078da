package org.qcnn.kernel;

import java.util.ArrayList;
import java.util.List;

/** An instruction set that the native library knows, as {@code qcnn_isa} numbers them. */
final class InstructionSet {
  /** The system property that forces one by name. */
  static final String PROPERTY = "qcnn.isa";

  final int code;
  final String name;

  private InstructionSet(int code, String name) {
    this.code = code;
    this.name = name;
  }

  /** Returns the forced one, or else the best that this machine has. */
  static InstructionSet chosen() {
    String forced = System.getProperty(PROPERTY);
    if (forced != null) {
      return named(forced);
    }
    List<InstructionSet> supported = supported();
    return supported.get(supported.size() - 1);
  }

  /**
   * Returns the one of this name.
   *
   * @throws KernelException if the library does not know it or this machine does not have it
   */
  static InstructionSet named(String name) {
    for (InstructionSet one : supported()) {
      if (one.name.equals(name)) {
        return one;
      }
    }
    String complaint = known().contains(name) ? "is not available here" : "is unknown";
    throw new KernelException(
        "the instruction set " + name + " " + complaint + "; this machine has " + supported());
  }

  /** Returns those that this machine has, the best last. */
  static List<InstructionSet> supported() {
    NativeLibrary.require();
    int mask = NativeBinding.qcnn_supported_isas();
    List<String> names = known();
    List<InstructionSet> supported = new ArrayList<>();
    for (int code = 0; code < names.size(); code++) {
      if ((mask >> code & 1) != 0) {
        supported.add(new InstructionSet(code, names.get(code)));
      }
    }
    return supported;
  }

  /** Returns the number of the one of this name, also of one that this machine does not have. */
  static int code(String name) {
    NativeLibrary.require();
    int code = known().indexOf(name);
    if (code < 0) {
      throw new KernelException("the instruction set " + name + " is unknown");
    }
    return code;
  }

  private static List<String> known() {
    List<String> names = new ArrayList<>();
    String name = NativeBinding.qcnn_isa_name(0);
    while (name != null) {
      names.add(name);
      name = NativeBinding.qcnn_isa_name(names.size());
    }
    return names;
  }

  @Override
  public String toString() {
    return name;
  }
}
