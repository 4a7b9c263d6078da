#include "strides.h"

#include "shape.h"

int32_t qcnn_strides_check(const qcnn_strides* strides, int32_t first, int32_t last) {
  int64_t size = 1;
  for (int axis = 0; axis < QCNN_MAX_AXES; axis++) {
    if (strides->extent[axis] <= 0) {
      return QCNN_BAD_SHAPE;
    }
    size *= strides->extent[axis]; /* below 2^62: both factors were below 2^31 */
    if (size > INT32_MAX) {
      return QCNN_BAD_SHAPE;
    }
  }
  return qcnn_range_ok(first, last, strides->extent[0]) ? QCNN_OK : QCNN_BAD_RANGE;
}

int64_t qcnn_strides_inner_size(const qcnn_strides* strides) {
  int64_t size = 1;
  for (int axis = 1; axis < QCNN_MAX_AXES; axis++) {
    size *= strides->extent[axis];
  }
  return size;
}

/*
 * Axes of extent 1 are dropped; an axis whose steps continue those of the next inner one in both
 * operands is merged with it.
 */
qcnn_walk qcnn_walk_begin(const qcnn_strides* strides, int32_t first, int32_t last) {
  qcnn_walk walk = {
      .a = (int64_t)first * strides->a_stride[0],
      .b = (int64_t)first * strides->b_stride[0],
  };
  int axes = 0;
  for (int axis = 0; axis < QCNN_MAX_AXES; axis++) {
    int64_t extent = axis == 0 ? last - first : strides->extent[axis];
    int64_t a_stride = strides->a_stride[axis], b_stride = strides->b_stride[axis];
    if (extent == 1) {
      continue;
    }
    bool continues = axes > 0 && walk.a_stride[axes - 1] == extent * a_stride &&
                     walk.b_stride[axes - 1] == extent * b_stride;
    int at = continues ? axes - 1 : axes++;
    walk.extent[at] = continues ? walk.extent[at] * extent : extent;
    walk.a_stride[at] = a_stride;
    walk.b_stride[at] = b_stride;
  }
  walk.outer_axes = axes > 0 ? axes - 1 : 0;
  walk.n = axes > 0 ? walk.extent[axes - 1] : 1;
  walk.a_step = axes > 0 ? walk.a_stride[axes - 1] : 1;
  walk.b_step = axes > 0 ? walk.b_stride[axes - 1] : 1;
  return walk;
}

bool qcnn_walk_next(qcnn_walk* walk) {
  for (int axis = walk->outer_axes - 1; axis >= 0; axis--) {
    walk->a += walk->a_stride[axis];
    walk->b += walk->b_stride[axis];
    if (++walk->index[axis] < walk->extent[axis]) {
      return true;
    }
    walk->a -= walk->extent[axis] * walk->a_stride[axis];
    walk->b -= walk->extent[axis] * walk->b_stride[axis];
    walk->index[axis] = 0;
  }
  return false;
}
