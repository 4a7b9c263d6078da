package org.qcnn.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.qcnn.graph.GraphException;
import org.qcnn.tensor.Shape;

/** The one input of a model: a batch of images. */
final class ModelInput {
  private final String name;
  private final long batch;
  private final Shape shape;

  private ModelInput(String name, long batch, Shape shape) {
    this.name = name;
    this.batch = batch;
    this.shape = shape;
  }

  String name() {
    return name;
  }

  /** Returns the number of images that the model is fixed to, or -1 if it takes any number. */
  long batch() {
    return batch;
  }

  /** Returns the shape of one image. */
  Shape shape() {
    return shape;
  }

  /** Returns the only input of the graph that is not an initializer. */
  static ModelInput find(Message graph, Set<String> initializers, ImportOptions options) {
    List<Message> found = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Message input : graph.messages(OnnxFields.GRAPH_INPUTS)) {
      String name = input.text(OnnxFields.VALUE_NAME);
      if (!initializers.contains(name)) {
        found.add(input);
        names.add(name);
      }
    }
    if (found.size() != 1) {
      throw new GraphException(
          "the network must have exactly one input, the image; this one has "
              + found.size()
              + ": "
              + names);
    }
    return read(names.get(0), found.get(0), options.inputShape());
  }

  private static ModelInput read(String name, Message input, Shape given) {
    String what = "input " + name;
    Message type = input.message(OnnxFields.VALUE_TYPE).message(OnnxFields.TYPE_TENSOR);
    if (type.integer(OnnxFields.TENSOR_TYPE_ELEMENT) != DataType.FLOAT) {
      throw new GraphException(what + " must be of type float (32 bits)");
    }
    boolean hasShape = type.hasBytes(OnnxFields.TENSOR_TYPE_SHAPE);
    List<Message> declared =
        type.message(OnnxFields.TENSOR_TYPE_SHAPE).messages(OnnxFields.SHAPE_DIMENSIONS);
    int rank = hasShape || given == null ? declared.size() : given.rank() + 1;
    if (rank < 2 || (given != null && given.rank() != rank - 1)) {
      throw new GraphException(
          what
              + " must have the batch as its first axis and then those of an image; it has "
              + rank
              + " axes"
              + (given == null ? "" : ", the shape given is " + given));
    }
    int[] extents = new int[rank - 1];
    for (int axis = 0; axis < extents.length; axis++) {
      long extent = hasShape ? extent(declared.get(axis + 1)) : 0;
      extents[axis] = extent(what, axis, extent, given);
    }
    long batch = hasShape ? extent(declared.get(0)) : 0;
    try {
      return new ModelInput(name, batch > 0 ? batch : -1, Shape.of(extents));
    } catch (IllegalArgumentException misfit) {
      throw new GraphException(what + ": " + misfit.getMessage(), misfit);
    }
  }

  /** Returns the extent of a declared axis; 0 if it is left open. */
  private static long extent(Message dimension) {
    return dimension.integer(OnnxFields.DIMENSION_EXTENT);
  }

  private static int extent(String what, int axis, long declared, Shape given) {
    if (declared > Integer.MAX_VALUE) {
      throw new GraphException(what + " is too large: axis " + (axis + 1) + " is " + declared);
    }
    if (declared <= 0 && given == null) {
      throw new GraphException(
          what
              + " leaves its axis "
              + (axis + 1)
              + " open; say which shape the images have, with"
              + " ImportOptions.withInputShape");
    }
    if (declared > 0 && given != null && given.extent(axis) != declared) {
      throw new GraphException(
          what
              + " has the extent "
              + declared
              + " at axis "
              + (axis + 1)
              + ", which does not fit the shape given, "
              + given);
    }
    return declared > 0 ? (int) declared : given.extent(axis);
  }
}
