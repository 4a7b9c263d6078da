#include "panel.h"

#include <stdbool.h>
#include <string.h>

#include "rows.h"

/* What the weights of one kernel position meet, in every channel. */
typedef struct {
  int32_t row_offset, column_offset; /* of the pixel for output position (0, 0) */
  qcnn_span columns;                 /* the output columns whose pixel lies inside a row */
} tap;

static tap make_tap(const qcnn_convolution* shape, int32_t kernel_row, int32_t kernel_column) {
  tap t = {
      .row_offset = kernel_row * shape->dilation_height - shape->pad_top,
      .column_offset = kernel_column * shape->dilation_width - shape->pad_left,
  };
  t.columns =
      qcnn_inside(0, shape->output_width, shape->stride_width, t.column_offset, shape->input_width);
  return t;
}

/* output[i] = 0 where position + i lies in a column first <= column < last of rows of `width`. */
static void zero_columns(int32_t first, int32_t last, int32_t width, int32_t position,
                         int32_t positions, float* output) {
  int32_t start = position % width;
  for (int32_t column = first; column < last; column++) {
    int64_t at = column < start ? (int64_t)column + width - start : column - start;
    for (; at < positions; at += width) {
      output[at] = 0.0f;
    }
  }
}

/*
 * The fast case: stride 1 and outputs as wide as inputs. Then all positions shift by one constant,
 * in one copy; where it wrapped around an edge, zeros go on top.
 */
static void pack_shifted(const qcnn_convolution* shape, const tap* t, const float* channel,
                         int32_t position, int32_t positions, float* output) {
  int32_t width = shape->output_width;
  int32_t shift = t->row_offset * width + t->column_offset;
  qcnn_span inside =
      qcnn_inside(position, position + positions, 1, shift, shape->input_height * width);
  int32_t before = inside.first - position;
  int32_t copied = inside.last - inside.first;
  qcnn_set_zero(output, before);
  if (copied > 0) {
    memcpy(output + before, channel + inside.first + shift, (size_t)copied * sizeof *output);
  }
  qcnn_set_zero(output + before + copied, positions - before - copied);
  zero_columns(0, t->columns.first, width, position, positions, output);
  zero_columns(t->columns.last, width, width, position, positions, output);
}

/* The general case: row by row. */
static void pack_rows(const qcnn_convolution* shape, const qcnn_dense_kernels* kernels,
                      const tap* t, const float* channel, int32_t position, int32_t positions,
                      float* output) {
  int32_t width = shape->output_width;
  int32_t row = position / width;
  int32_t column = position % width;
  for (int32_t done = 0; done < positions;) {
    int32_t run = qcnn_min(width - column, positions - done);
    int32_t y = row * shape->stride_height + t->row_offset;
    bool inside = y >= 0 && y < shape->input_height;
    int32_t last = inside ? qcnn_min(qcnn_max(t->columns.last - column, 0), run) : 0;
    int32_t first = qcnn_min(qcnn_max(t->columns.first - column, 0), last);
    qcnn_copy_inside(kernels, channel + (int64_t)(inside ? y : 0) * shape->input_width,
                     shape->stride_width, column * shape->stride_width + t->column_offset,
                     (qcnn_span){first, last}, output, run);
    output += run;
    done += run;
    column = 0;
    row++;
  }
}

void qcnn_panel_pack(const qcnn_convolution* shape, const qcnn_dense_kernels* kernels,
                     const float* input, int32_t first_depth, int32_t depth, int32_t first_position,
                     int32_t positions, int32_t columns, float* panel, int32_t stride) {
  int32_t window = shape->kernel_height * shape->kernel_width;
  int64_t plane = (int64_t)shape->input_height * shape->input_width;
  bool shifted = shape->stride_height == 1 && shape->stride_width == 1 &&
                 shape->output_width == shape->input_width;
  /* By kernel position, as that decides what is copied from where; then all channels alike. */
  for (int32_t i = 0; i < qcnn_min(window, depth); i++) {
    int32_t weight = (first_depth + i) % window;
    tap t = make_tap(shape, weight / shape->kernel_width, weight % shape->kernel_width);
    const float* channel = input + (first_depth + i) / window * plane;
    for (int64_t k = i; k < depth; k += window, channel += plane) {
      float* row = panel + k * stride;
      if (shifted) {
        pack_shifted(shape, &t, channel, first_position, positions, row);
      } else {
        pack_rows(shape, kernels, &t, channel, first_position, positions, row);
      }
      qcnn_set_zero(row + positions, columns - positions);
    }
  }
}
