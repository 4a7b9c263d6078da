/*
 * Dense convolution. The outputs of one image and group are a matrix [filters][positions]; a task
 * computes a tile of it: up to 144 positions of up to 256 filters.
 */
#include "activation.h"
#include "convolution_tile.h"
#include "depthwise.h"
#include "packed.h"
#include "shape.h"

#define MAGIC 0x44434e51u /* "QNCD" */

/* The status of a shape and an instruction set. */
static int32_t check(const qcnn_convolution* shape, int32_t isa) {
  int32_t status = qcnn_convolution_check(shape);
  if (status != QCNN_OK) {
    return status;
  }
  return qcnn_isa_supported(isa) ? QCNN_OK : QCNN_BAD_ISA;
}

static int64_t packed_size(const qcnn_convolution* shape, int32_t isa) {
  qcnn_convolution_plan p = qcnn_convolution_plan_of(shape);
  int64_t filters =
      qcnn_is_depthwise(shape) ? p.filters : qcnn_padded_filters(&p, qcnn_dense_kernels_for(isa));
  int64_t floats = (int64_t)shape->groups * filters * p.depth;
  return (int64_t)sizeof(qcnn_packed_header) + floats * (int64_t)sizeof(float);
}

int64_t qcnn_convolution_packed_size(const qcnn_convolution* shape, int32_t isa) {
  int32_t status = check(shape, isa);
  return status == QCNN_OK ? packed_size(shape, isa) : -status;
}

int64_t qcnn_convolution_scratch_size(const qcnn_convolution* shape, int32_t isa) {
  int32_t status = check(shape, isa);
  if (status != QCNN_OK) {
    return -status;
  }
  if (qcnn_is_depthwise(shape)) {
    return qcnn_depthwise_scratch_size(shape);
  }
  qcnn_convolution_plan p = qcnn_convolution_plan_of(shape);
  return qcnn_convolution_tile_scratch(&p, qcnn_dense_kernels_for(isa));
}

static int64_t count_tasks(const qcnn_convolution* shape, const qcnn_convolution_plan* p,
                           int32_t batch) {
  int64_t tasks = (int64_t)batch * shape->groups;
  if (tasks > INT32_MAX || qcnn_is_depthwise(shape)) {
    return tasks;
  }
  tasks *= p->tiles;
  return tasks > INT32_MAX ? tasks : tasks * p->filter_blocks;
}

int32_t qcnn_convolution_tasks(const qcnn_convolution* shape, int32_t batch) {
  int32_t status = qcnn_convolution_check(shape);
  if (status != QCNN_OK || batch <= 0) {
    return -QCNN_BAD_SHAPE;
  }
  qcnn_convolution_plan p = qcnn_convolution_plan_of(shape);
  int64_t tasks = count_tasks(shape, &p, batch);
  return tasks <= INT32_MAX ? (int32_t)tasks : -QCNN_BAD_SHAPE;
}

/* [group][depth block][block of rows][depth][row]: the order in which the kernel reads. */
static void pack_group(const qcnn_convolution_plan* p, const qcnn_dense_kernels* kernels,
                       const float* weights, float* packed) {
  int32_t block = qcnn_depth_block(p, kernels);
  for (int32_t first = 0; first < p->depth; first += block) {
    int32_t depth = qcnn_min(block, p->depth - first);
    for (int32_t filter = 0; filter < p->filters; filter += kernels->rows) {
      for (int32_t k = first; k < first + depth; k++) {
        for (int32_t row = filter; row < filter + kernels->rows; row++) {
          *packed++ = row < p->filters ? weights[(int64_t)row * p->depth + k] : 0.0f;
        }
      }
    }
  }
}

int32_t qcnn_convolution_pack(const qcnn_convolution* shape, int32_t isa, const float* weights,
                              void* packed) {
  int32_t status = check(shape, isa);
  if (status != QCNN_OK) {
    return status;
  }
  int64_t size = packed_size(shape, isa);
  qcnn_packed_begin(packed, MAGIC, isa, (const int32_t*)shape, QCNN_SHAPE_INTS(qcnn_convolution),
                    size);
  float* values = (float*)((char*)packed + sizeof(qcnn_packed_header));
  if (qcnn_is_depthwise(shape)) {
    memcpy(values, weights, (size_t)size - sizeof(qcnn_packed_header));
    return QCNN_OK;
  }
  qcnn_convolution_plan p = qcnn_convolution_plan_of(shape);
  const qcnn_dense_kernels* kernels = qcnn_dense_kernels_for(isa);
  for (int32_t group = 0; group < shape->groups; group++) {
    pack_group(&p, kernels, weights + (int64_t)group * p.filters * p.depth,
               values + group * qcnn_padded_filters(&p, kernels) * p.depth);
  }
  return QCNN_OK;
}

static void run_depthwise_task(const qcnn_convolution_call* c, int32_t task, float* scratch) {
  const qcnn_convolution* shape = c->shape;
  int64_t input_plane = (int64_t)shape->input_height * shape->input_width;
  int64_t output_plane = (int64_t)c->plan.filters * c->plan.positions;
  qcnn_depthwise_channel(shape, c->isa, task % shape->groups, c->weights, c->bias, c->activation,
                         c->input + task * input_plane, c->output + task * output_plane, scratch);
}

int32_t qcnn_convolution_run(const qcnn_convolution* shape, int32_t batch, const void* packed,
                             const float* bias, const qcnn_activation* activation,
                             const float* input, float* output, void* scratch, int32_t first,
                             int32_t last) {
  int32_t status = qcnn_convolution_check(shape);
  if (status != QCNN_OK || batch <= 0) {
    return QCNN_BAD_SHAPE;
  }
  status =
      qcnn_packed_verify(packed, MAGIC, (const int32_t*)shape, QCNN_SHAPE_INTS(qcnn_convolution));
  const qcnn_packed_header* header = packed;
  if (status != QCNN_OK || qcnn_dense_kernels_for(header->isa) == NULL) {
    return QCNN_BAD_PACKED;
  }
  qcnn_convolution_call c = {
      .shape = shape,
      .plan = qcnn_convolution_plan_of(shape),
      .isa = (int32_t)header->isa,
      .kernels = qcnn_dense_kernels_for(header->isa),
      .operators = qcnn_operator_kernels_for(header->isa),
      .weights = (const float*)(header + 1),
      .bias = bias,
      .activation = activation,
      .input = input,
      .output = output,
  };
  int64_t tasks = count_tasks(shape, &c.plan, batch);
  if (tasks > INT32_MAX || !qcnn_range_ok(first, last, tasks) || !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  for (int32_t task = first; task < last; task++) {
    if (qcnn_is_depthwise(shape)) {
      run_depthwise_task(&c, task, scratch);
    } else {
      qcnn_convolution_tile(&c, task, scratch);
    }
  }
  return QCNN_OK;
}
