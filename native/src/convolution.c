/*
 * Dense convolution. The outputs of one image and group are a matrix [filters][positions]; a task
 * computes a tile of it: up to 144 positions of up to 256 filters. For one block of the depth
 * (input channels x kernel positions) after the other it packs the inputs of its positions into a
 * panel, which stays in the caches, and adds weights x panel to the sums of the tile.
 */
#include "activation.h"
#include "depthwise.h"
#include "kernels/dense_kernels.h"
#include "packed.h"
#include "panel.h"
#include "shape.h"

#define MAGIC 0x44434e51u /* "QNCD" */

/* How a convolution is cut. What tasks depend on is the same for all instruction sets. */
typedef struct {
  int32_t depth;     /* weights of a filter */
  int32_t filters;   /* of a group */
  int32_t positions; /* of an image */
  int32_t columns;   /* positions of a tile */
  int32_t tiles;
  int32_t block_filters; /* filters of a tile */
  int32_t filter_blocks;
  int32_t stride; /* floats from row to row of panel and sums */
} plan;

static plan make_plan(const qcnn_convolution* shape) {
  const int32_t most_units = 9, most_filters = 256, least_filters = 64, enough_tasks = 16;
  plan p = {
      .depth = shape->input_channels / shape->groups * shape->kernel_height * shape->kernel_width,
      .filters = shape->output_channels / shape->groups,
      .positions = shape->output_height * shape->output_width,
  };
  int32_t units = qcnn_parts(p.positions, QCNN_DENSE_COLUMN_UNIT);
  int32_t tile_units = qcnn_parts(units, qcnn_parts(units, most_units));
  p.columns = tile_units * QCNN_DENSE_COLUMN_UNIT;
  p.tiles = qcnn_parts(units, tile_units);
  /* An odd number of cache lines, so that the rows of a panel do not fall into the same sets. */
  p.stride = (tile_units | 1) * QCNN_DENSE_COLUMN_UNIT;
  /* Small maps have few tiles: then filters are split too, so that all threads have work. */
  int32_t wanted = qcnn_parts(enough_tasks, qcnn_min(p.tiles, enough_tasks));
  int32_t blocks = qcnn_max(qcnn_parts(p.filters, most_filters),
                            qcnn_min(qcnn_parts(p.filters, least_filters), wanted));
  p.block_filters = qcnn_parts(p.filters, blocks);
  p.block_filters += -p.block_filters & (QCNN_DENSE_ROW_UNIT - 1);
  p.filter_blocks = qcnn_parts(p.filters, p.block_filters);
  return p;
}

/* Filters of a group, filled up with zeros to whole calls of the kernel. */
static int64_t padded_filters(const plan* p, const qcnn_dense_kernels* kernels) {
  return ((int64_t)p->filters + kernels->rows - 1) / kernels->rows * kernels->rows;
}

/* Blocks of equal depth, so that none is short. */
static int32_t depth_block(const plan* p, const qcnn_dense_kernels* kernels) {
  return qcnn_parts(p->depth, qcnn_parts(p->depth, kernels->depth_block));
}

/* The status of a shape and an instruction set. */
static int32_t check(const qcnn_convolution* shape, int32_t isa) {
  int32_t status = qcnn_convolution_check(shape);
  if (status != QCNN_OK) {
    return status;
  }
  return qcnn_isa_supported(isa) ? QCNN_OK : QCNN_BAD_ISA;
}

static int64_t packed_size(const qcnn_convolution* shape, int32_t isa) {
  plan p = make_plan(shape);
  int64_t filters =
      qcnn_is_depthwise(shape) ? p.filters : padded_filters(&p, qcnn_dense_kernels_for(isa));
  int64_t floats = (int64_t)shape->groups * filters * p.depth;
  return (int64_t)sizeof(qcnn_packed_header) + floats * (int64_t)sizeof(float);
}

int64_t qcnn_convolution_packed_size(const qcnn_convolution* shape, int32_t isa) {
  int32_t status = check(shape, isa);
  return status == QCNN_OK ? packed_size(shape, isa) : -status;
}

/* Whole cache lines. */
static int64_t starts_floats(const plan* p) {
  return qcnn_round_up(p->block_filters, QCNN_DENSE_COLUMN_UNIT);
}

int64_t qcnn_convolution_scratch_size(const qcnn_convolution* shape, int32_t isa) {
  int32_t status = check(shape, isa);
  if (status != QCNN_OK) {
    return -status;
  }
  if (qcnn_is_depthwise(shape)) {
    return qcnn_depthwise_scratch_size(shape);
  }
  plan p = make_plan(shape);
  int64_t rows = (int64_t)depth_block(&p, qcnn_dense_kernels_for(isa)) + p.block_filters;
  return (starts_floats(&p) + rows * p.stride) * (int64_t)sizeof(float);
}

static int64_t count_tasks(const qcnn_convolution* shape, const plan* p, int32_t batch) {
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
  plan p = make_plan(shape);
  int64_t tasks = count_tasks(shape, &p, batch);
  return tasks <= INT32_MAX ? (int32_t)tasks : -QCNN_BAD_SHAPE;
}

/* [group][depth block][block of rows][depth][row]: the order in which the kernel reads. */
static void pack_group(const plan* p, const qcnn_dense_kernels* kernels, const float* weights,
                       float* packed) {
  int32_t block = depth_block(p, kernels);
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
  plan p = make_plan(shape);
  const qcnn_dense_kernels* kernels = qcnn_dense_kernels_for(isa);
  for (int32_t group = 0; group < shape->groups; group++) {
    pack_group(&p, kernels, weights + (int64_t)group * p.filters * p.depth,
               values + group * padded_filters(&p, kernels) * p.depth);
  }
  return QCNN_OK;
}

/* The vectors of the next kernel call: as many as it can, but no single vector at the end. */
static int32_t next_vectors(int32_t left, int32_t most) {
  return left == most + 1 && most > 1 ? most - 1 : qcnn_min(left, most);
}

/* What all tasks of a call share. */
typedef struct {
  const qcnn_convolution* shape;
  plan plan;
  const qcnn_dense_kernels* kernels;
  const float* weights;
  const float* bias;
  const qcnn_activation* activation;
  const float* input;
  float* output;
} call;

/* The part of the outputs that a task computes. */
typedef struct {
  int64_t image_group; /* counted through [image][group] */
  int32_t position, positions;
  int32_t filter, filters; /* in its group */
  float* starts;           /* the biases of the filters, with zeros up to whole calls */
  float* panel;
  float* sums;   /* [block_filters][stride]: sums between two blocks of the depth */
  float* output; /* of the first filter at the first position */
} tile;

/* What a kernel call that reaches beyond the tile has left in `sums`. */
static void copy_part(const call* c, const tile* t, int32_t filter, int32_t column,
                      int32_t columns) {
  int32_t rows = qcnn_min(c->kernels->rows, t->filters - filter);
  columns = qcnn_min(columns, t->positions - column);
  for (int32_t row = filter; row < filter + rows; row++) {
    c->kernels->copy(t->sums + (int64_t)row * c->plan.stride + column, 1,
                     t->output + (int64_t)row * c->plan.positions + column, columns);
  }
}

/*
 * Adds weights x panel to the sums of the tile, for `depth` inputs from `first` on: the first block
 * of them starts with the bias, the last one ends in the output.
 */
static void multiply(const call* c, const tile* t, const float* weights, int32_t first,
                     int32_t depth) {
  const qcnn_dense_kernels* kernels = c->kernels;
  const plan* p = &c->plan;
  bool last = first + depth == p->depth;
  bool rectify = last && c->activation->kind == QCNN_ACTIVATION_RELU;
  int32_t columns = 0;
  for (int32_t column = 0; column < t->positions; column += columns) {
    int32_t vectors =
        next_vectors(qcnn_parts(t->positions - column, kernels->lanes), kernels->vectors);
    columns = vectors * kernels->lanes;
    for (int32_t filter = 0; filter < t->filters; filter += kernels->rows) {
      bool inside = column + columns <= t->positions && filter + kernels->rows <= t->filters;
      bool direct = last && inside;
      float* sums = t->sums + (int64_t)filter * p->stride + column;
      float* output = t->output + (int64_t)filter * p->positions + column;
      qcnn_dense_sums ends = {
          .start = first == 0 ? t->starts + filter : NULL,
          .begin = sums,
          .floor = rectify ? 0.0f : -INFINITY,
          .end = direct ? output : sums,
          .end_stride = direct ? p->positions : p->stride,
      };
      kernels->multiply[vectors - 1](depth, weights + (int64_t)filter * depth, t->panel + column,
                                     p->stride, &ends);
      if (last && !inside) {
        copy_part(c, t, filter, column, columns);
      }
    }
  }
}

/* Tasks are counted through [image][group][filter block][tile]: neighbours share their weights. */
static tile make_tile(const call* c, int32_t task, float* scratch) {
  const plan* p = &c->plan;
  int32_t filter = task / p->tiles % p->filter_blocks * p->block_filters;
  int32_t position = task % p->tiles * p->columns;
  int64_t image_group = task / p->tiles / p->filter_blocks;
  tile t = {
      .image_group = image_group,
      .position = position,
      .positions = qcnn_min(p->columns, p->positions - position),
      .filter = filter,
      .filters = qcnn_min(p->block_filters, p->filters - filter),
      .starts = scratch,
      .sums = scratch + starts_floats(p),
      .output = c->output + (image_group * p->filters + filter) * p->positions + position,
  };
  t.panel = t.sums + (int64_t)p->block_filters * p->stride;
  const float* bias =
      c->bias ? c->bias + image_group % c->shape->groups * p->filters + filter : NULL;
  for (int32_t row = 0; row < p->block_filters; row++) {
    t.starts[row] = bias && row < t.filters ? bias[row] : 0.0f;
  }
  return t;
}

static void run_task(const call* c, int32_t task, float* scratch) {
  const qcnn_convolution* shape = c->shape;
  const plan* p = &c->plan;
  tile t = make_tile(c, task, scratch);
  int32_t block = depth_block(p, c->kernels);
  int64_t weight_rows = padded_filters(p, c->kernels);
  const float* weights = c->weights + t.image_group % shape->groups * weight_rows * p->depth;
  const float* input = c->input + t.image_group * (shape->input_channels / shape->groups) *
                                      shape->input_height * shape->input_width;
  for (int32_t first = 0; first < p->depth; first += block) {
    int32_t depth = qcnn_min(block, p->depth - first);
    qcnn_panel_pack(shape, c->kernels, input, first, depth, t.position, t.positions, p->columns,
                    t.panel, p->stride);
    multiply(c, &t, weights + weight_rows * first + (int64_t)t.filter * depth, first, depth);
  }
  if (c->activation->kind > QCNN_ACTIVATION_RELU) {
    for (int32_t row = 0; row < t.filters; row++) {
      qcnn_activate_row(c->activation, t.output + (int64_t)row * p->positions, t.positions);
    }
  }
}

static void run_depthwise_task(const call* c, int32_t task, float* scratch) {
  const qcnn_convolution* shape = c->shape;
  int64_t input_plane = (int64_t)shape->input_height * shape->input_width;
  int64_t output_plane = (int64_t)c->plan.filters * c->plan.positions;
  qcnn_depthwise_channel(shape, c->kernels, task % shape->groups, c->weights, c->bias,
                         c->activation, c->input + task * input_plane,
                         c->output + task * output_plane, scratch);
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
  call c = {
      .shape = shape,
      .plan = make_plan(shape),
      .kernels = qcnn_dense_kernels_for(header->isa),
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
      run_task(&c, task, scratch);
    }
  }
  return QCNN_OK;
}
