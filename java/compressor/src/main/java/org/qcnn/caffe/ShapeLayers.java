package org.qcnn.caffe;

import java.util.Arrays;
import java.util.List;
import org.qcnn.caffe.proto.BlobShape;
import org.qcnn.caffe.proto.FlattenParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.ReshapeParameter;
import org.qcnn.graph.Reshaping;
import org.qcnn.tensor.Shape;

/** Layers that keep every value and change its shape at most: Input, Flatten, Reshape, Dropout. */
final class ShapeLayers {
  private ShapeLayers() {}

  static void input(LayerParameter layer, NetBuilder net) {
    for (int top = 0; top < layer.getTopCount(); top++) {
      List<BlobShape> shapes = layer.getInputParam().getShapeList();
      if (shapes.isEmpty()) {
        throw new IllegalArgumentException("has no shape");
      }
      List<Long> extents = shapes.get(shapes.size() == 1 ? 0 : top).getDimList();
      if (extents.size() < 2) {
        throw new IllegalArgumentException(
            "the shape " + extents + " has no axis beside the batch");
      }
      net.input(layer.getTop(top), shape(extents.subList(1, extents.size())));
    }
  }

  /** Dropout rests when classifying, Split only gives one value several names. */
  static void passThrough(LayerParameter layer, NetBuilder net) {
    net.alias(layer, net.bottom(layer));
  }

  static void flatten(LayerParameter layer, NetBuilder net) {
    FlattenParameter parameter = layer.getFlattenParam();
    String input = net.bottom(layer);
    Shape shape = net.shape(input);
    int first = AffineLayers.imageAxis(parameter.getAxis(), shape);
    int last = AffineLayers.imageAxis(parameter.getEndAxis(), shape);
    if (last < first) {
      throw new IllegalArgumentException("end_axis lies before axis");
    }
    int[] extents = new int[shape.rank() - (last - first)];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = shape.extent(axis <= first ? axis : axis + last - first);
    }
    extents[first] = shape.count(first, last + 1);
    net.top(layer, new Reshaping(Shape.of(extents)), input);
  }

  /** In the new shape 0 keeps an extent of the input, -1 takes what is left. */
  static void reshape(LayerParameter layer, NetBuilder net) {
    ReshapeParameter parameter = layer.getReshapeParam();
    String input = net.bottom(layer);
    Shape shape = net.shape(input);
    List<Long> wanted = parameter.getShape().getDimList();
    if (parameter.getAxis() == 0 && !wanted.isEmpty() && Math.abs(wanted.get(0)) <= 1) {
      wanted = wanted.subList(1, wanted.size());
    } else if (parameter.getAxis() != 1) {
      throw new IllegalArgumentException(
          "shape " + wanted + " from axis " + parameter.getAxis() + " on does not keep the batch");
    }
    if (parameter.getNumAxes() != -1 || wanted.isEmpty()) {
      throw new IllegalArgumentException("only reshaping of the whole image is supported");
    }
    net.top(layer, new Reshaping(completed(wanted, shape)), input);
  }

  private static Shape completed(List<Long> wanted, Shape input) {
    Long[] extents = wanted.toArray(new Long[0]);
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] == 0 && axis < input.rank()) {
        extents[axis] = (long) input.extent(axis);
      }
      if (extents[axis] == -1 && open < 0) {
        open = axis;
      } else if (extents[axis] <= 0) {
        throw new IllegalArgumentException("cannot reshape " + input + " to " + wanted);
      } else {
        known = Math.multiplyExact(known, extents[axis]);
      }
    }
    if (open >= 0) {
      extents[open] = input.count() / known;
    }
    return shape(Arrays.asList(extents));
  }

  private static Shape shape(List<Long> extents) {
    return Shape.of(extents.stream().mapToInt(Math::toIntExact).toArray());
  }
}
