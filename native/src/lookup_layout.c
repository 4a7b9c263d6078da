#include "lookup_layout.h"

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_kernels.h"
#include "lookup_layout_choice.h"
#include "shape.h"

/* Keeps every index into prepared input and tables within 32 bits. */
#define LARGEST_BATCH_POSITIONS (1 << 28)

static int32_t greatest_common_divisor(int32_t a, int32_t b) {
  while (b != 0) {
    int32_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static qcnn_axis axis_of(int32_t taps, int32_t stride, int32_t dilation) {
  qcnn_axis axis = {.taps = taps, .stride = stride, .dilation = dilation};
  axis.period = stride / greatest_common_divisor(dilation, stride);
  axis.phases = qcnn_min(taps, axis.period);
  return axis;
}

/*
 * The positions of a row: those that the taps of all its outputs read, less the zeros that the right
 * end of every row has in common with the left end of the next one.
 */
static int32_t columns_of(const qcnn_convolution* convolution, const qcnn_axis* horizontal,
                          int32_t right) {
  int32_t columns = convolution->output_width + right;
  int32_t shared = right;
  for (int32_t phase = 0; phase < horizontal->phases; phase++) {
    int32_t left = qcnn_axis_residue(horizontal, phase) - convolution->pad_left;
    qcnn_span span =
        qcnn_inside(0, columns, convolution->stride_width, left, convolution->input_width);
    if (span.first < span.last) {
      shared = qcnn_min(shared, qcnn_min(span.first, columns - span.last));
    }
  }
  return columns - shared;
}

/* With 8-bit operands no sum of products may leave 24 bits; kernels have room for as many components. */
#define LARGEST_BYTE_CODEWORD 256

static bool bits_ok(const qcnn_lookup_convolution* shape) {
  if (shape->operand_bits == 16) {
    return shape->table_bits == 16;
  }
  return shape->operand_bits == 8 && (shape->table_bits == 8 || shape->table_bits == 16) &&
         shape->sub_codeword_size <= LARGEST_BYTE_CODEWORD;
}

/* Whether 16-bit tables of positions are built from bytes. */
static bool builds_words(int32_t isa) {
  const qcnn_byte_tables* kernels = qcnn_byte_tables_for((uint32_t)isa);
  return kernels != NULL && kernels->build_words != NULL;
}

/* Whole: whether what could be one tile is one. */
static int32_t find_layout(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch,
                           bool whole, qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  *layout = (qcnn_lookup_layout){0};
  int32_t status = qcnn_convolution_check(convolution);
  if (status != QCNN_OK) {
    return status;
  }
  int32_t channels = convolution->input_channels / convolution->groups;
  if (batch <= 0 || shape->sub_codewords < 1 || shape->sub_codewords > 256 ||
      shape->sub_codeword_size < 1 || !bits_ok(shape) ||
      (shape->pooled != 0 && shape->pooled != 1) || shape->products != 0 ||
      shape->subspaces != qcnn_parts(channels, shape->sub_codeword_size)) {
    return QCNN_BAD_SHAPE;
  }
  layout->vertical =
      axis_of(convolution->kernel_height, convolution->stride_height, convolution->dilation_height);
  layout->horizontal =
      axis_of(convolution->kernel_width, convolution->stride_width, convolution->dilation_width);
  layout->phases = layout->vertical.phases * layout->horizontal.phases;
  layout->filters = convolution->output_channels / convolution->groups;
  int32_t down = qcnn_axis_shift(&layout->vertical, convolution->kernel_height - 1);
  int32_t right = qcnn_axis_shift(&layout->horizontal, convolution->kernel_width - 1);
  layout->rows = convolution->output_height + down;
  layout->columns = columns_of(convolution, &layout->horizontal, right);
  layout->taps = qcnn_axis_taps(&layout->vertical, 0) * qcnn_axis_taps(&layout->horizontal, 0);
  if (shape->table_bits == 8 && layout->taps > QCNN_LARGEST_TAPS) {
    return QCNN_BAD_SHAPE;
  }
  int64_t plane = (int64_t)layout->rows * layout->columns;
  int64_t halo = (int64_t)down * layout->columns + right;
  if ((plane + halo) * batch > LARGEST_BATCH_POSITIONS) {
    return QCNN_BAD_SHAPE;
  }
  layout->plane = (int32_t)plane;
  layout->down = down;
  layout->right = right;
  layout->halo = (int32_t)halo;
  layout->table_columns = layout->columns;
  layout->block = shape->table_bits == 8 ? QCNN_BYTE_BLOCK : QCNN_POSITION_BLOCK;
  layout->filter_blocks = qcnn_choose_filter_blocks(shape, isa, layout);
  /* Where kernels for 16-bit tables know 16-bit operands only, 8-bit ones fit into them. */
  layout->quads = shape->table_bits == 8 ||
                  (shape->operand_bits == 8 && (layout->filter_blocks > 0 || builds_words(isa)));
  layout->bundles = qcnn_parts(shape->sub_codeword_size, qcnn_bundle_channels(layout));
  if (shape->pooled &&
      (convolution->output_height % 2 != 0 || convolution->output_width % 2 != 0)) {
    return QCNN_BAD_SHAPE;
  }
  if (layout->filter_blocks > 0) {
    qcnn_lay_filters(shape, batch, whole, layout);
  } else if (qcnn_choose_lines(shape, isa, layout)) {
    qcnn_lay_lines(shape, batch, whole, layout);
  } else {
    return qcnn_lay_positions(shape, batch, whole, layout);
  }
  return QCNN_OK;
}

int32_t qcnn_lookup_layout_of(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch,
                              qcnn_lookup_layout* layout) {
  return find_layout(shape, isa, batch, false, layout);
}

int32_t qcnn_lookup_layout_whole(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch,
                                 qcnn_lookup_layout* layout) {
  return find_layout(shape, isa, batch, true, layout);
}
