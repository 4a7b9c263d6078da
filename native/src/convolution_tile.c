/*
 * For one block of the depth (input channels x kernel positions) after the other the inputs of the
 * tile's positions are packed into a panel, which stays in the caches, and weights x panel is added
 * to the sums of the tile.
 */
#include "convolution_tile.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "panel.h"
#include "shape.h"

/* Whole cache lines. */
static int64_t starts_floats(const qcnn_convolution_plan* p) {
  return qcnn_round_up(p->block_filters, QCNN_DENSE_COLUMN_UNIT);
}

int64_t qcnn_convolution_tile_scratch(const qcnn_convolution_plan* p,
                                      const qcnn_dense_kernels* kernels) {
  int64_t rows = (int64_t)qcnn_depth_block(p, kernels) + p->block_filters;
  return (starts_floats(p) + rows * p->stride) * (int64_t)sizeof(float);
}

/* The vectors of the next kernel call: as many as it can, but no single vector at the end. */
static int32_t next_vectors(int32_t left, int32_t most) {
  return left == most + 1 && most > 1 ? most - 1 : qcnn_min(left, most);
}

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
static void copy_part(const qcnn_convolution_call* c, const tile* t, int32_t filter, int32_t column,
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
static void multiply(const qcnn_convolution_call* c, const tile* t, const float* weights,
                     int32_t first, int32_t depth) {
  const qcnn_dense_kernels* kernels = c->kernels;
  const qcnn_convolution_plan* p = &c->plan;
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

static tile make_tile(const qcnn_convolution_call* c, int32_t task, float* scratch) {
  const qcnn_convolution_plan* p = &c->plan;
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

void qcnn_convolution_tile(const qcnn_convolution_call* c, int32_t task, float* scratch) {
  const qcnn_convolution* shape = c->shape;
  const qcnn_convolution_plan* p = &c->plan;
  tile t = make_tile(c, task, scratch);
  int32_t block = qcnn_depth_block(p, c->kernels);
  int64_t weight_rows = qcnn_padded_filters(p, c->kernels);
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
      float* output = t.output + (int64_t)row * p->positions;
      c->operators->activate(c->activation, output, output, t.positions);
    }
  }
}
