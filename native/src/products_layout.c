#include "products.h"
#include "products_overlap.h"
#include "shape.h"

/* More products of 255 and 127 could leave 32 bits, or with 16-bit operands those and as many of 128 and 128. */
#define MOST_PRODUCTS 65536
#define MOST_PRODUCTS_OF_WORDS 32768

/* The weights of a task, beside inputs and outputs in a second-level cache of 1 MB or more. */
#define CHUNK_BYTES (640 * 1024)

/*
 * So many tasks for an image at least, if it has as many rows, so that no thread waits long for another one's last
 * task. Bands are even in number, if not one: halves of them go to two threads.
 */
#define FEW_TASKS 32

/* Where each band begins with the row above it, longer ones: fewer, of so many units at least. */
#define FEW_OVERLAPPING_TASKS 8
#define OVERLAPPING_UNITS 4

/* A row of the kernel is one run, unless there are gaps between its taps. */
static void find_runs(const qcnn_convolution* convolution, qcnn_products_layout* layout) {
  const bool gaps = convolution->dilation_width > 1 && convolution->kernel_width > 1;
  const int32_t taps = gaps ? 1 : convolution->kernel_width;
  layout->run_bytes = taps * layout->channels;
  layout->runs = convolution->kernel_height * (convolution->kernel_width / taps);
  layout->blocks = layout->runs * qcnn_parts(layout->run_bytes, QCNN_PRODUCT_BLOCK);
}

#define NARROW 8 /* columns */

/* Whether a narrow map is cut into fewer patches as one line. */
static bool suits_a_line(const qcnn_convolution* convolution, int32_t line) {
  return convolution->output_width <= NARROW &&
         qcnn_parts(line, QCNN_PRODUCT_ROWS * QCNN_PRODUCT_COLUMNS) <
             qcnn_parts(convolution->output_height, QCNN_PRODUCT_ROWS);
}

/* Patches of nearly equal width; of pooled shapes an even one. */
static void choose_patches(const qcnn_lookup_convolution* shape,
                           const qcnn_product_kernels* kernels, qcnn_products_layout* layout) {
  const qcnn_convolution* c = &shape->convolution;
  const bool strided = c->stride_height > 1 || c->stride_width > 1;
  const int32_t line = (c->output_height - 1) * layout->columns + c->output_width;
  if (kernels->whole_patches && !strided && !shape->pooled && suits_a_line(c, line)) {
    layout->line = line;
    layout->patch_rows = QCNN_PRODUCT_ROWS;
    layout->patch_columns = QCNN_PRODUCT_COLUMNS;
    layout->units = qcnn_parts(layout->line, QCNN_PRODUCT_ROWS * QCNN_PRODUCT_COLUMNS);
    return;
  }
  const int32_t even = shape->pooled ? 2 : 1;
  const int32_t across = qcnn_parts(c->output_width, QCNN_PRODUCT_COLUMNS);
  layout->line = 0;
  layout->patch_columns = even * qcnn_parts(c->output_width / even, across);
  layout->patch_rows = qcnn_min(QCNN_PRODUCT_ROWS, c->output_height);
  layout->units = qcnn_parts(c->output_height, layout->patch_rows);
}

/* Cuts filters into chunks whose weights stay in the cache, and outputs into bands. */
static void choose_tasks(const qcnn_lookup_convolution* shape, qcnn_products_layout* layout) {
  const bool overlapping = shape->pooled == QCNN_POOLED_OVERLAPPING;
  const int32_t few = overlapping ? FEW_OVERLAPPING_TASKS : FEW_TASKS;
  const int32_t most = overlapping ? qcnn_parts(layout->units, OVERLAPPING_UNITS) : layout->units;
  const int64_t fits = CHUNK_BYTES / qcnn_products_weight_bytes(layout);
  const int32_t fit = qcnn_max(1, (int32_t)fits);
  layout->filter_blocks = qcnn_parts(layout->filters, QCNN_PRODUCT_FILTERS);
  layout->chunk_blocks = qcnn_parts(layout->filter_blocks, qcnn_parts(layout->filter_blocks, fit));
  layout->chunks = qcnn_parts(layout->filter_blocks, layout->chunk_blocks);
  const int32_t others = qcnn_min(few, shape->convolution.groups * layout->chunks);
  const int32_t bands = qcnn_parts(few, others);
  layout->bands = qcnn_min(bands == 1 ? 1 : qcnn_round_up(bands, 2), most);
}

int32_t qcnn_products_layout_of(const qcnn_lookup_convolution* shape, int64_t isa,
                                qcnn_products_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  int32_t status = qcnn_convolution_check(convolution);
  if (status != QCNN_OK) {
    return status;
  }
  const qcnn_product_kernels* kernels = qcnn_product_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  layout->channels = convolution->input_channels / convolution->groups;
  layout->filters = convolution->output_channels / convolution->groups;
  const int64_t taps = (int64_t)convolution->kernel_height * convolution->kernel_width;
  const bool odd = convolution->output_height % 2 != 0 || convolution->output_width % 2 != 0;
  const bool words = shape->operand_bits == 16;
  if ((!words && shape->operand_bits != 8) ||
      (shape->table_bits != 16 && (shape->table_bits != 8 || words)) || shape->sub_codewords < 1 ||
      shape->sub_codewords > 256 || shape->sub_codeword_size < 1 ||
      shape->subspaces != qcnn_parts(layout->channels, shape->sub_codeword_size) ||
      shape->pooled < 0 || shape->pooled > QCNN_POOLED_OVERLAPPING || (shape->pooled > 0 && odd) ||
      taps * layout->channels > (words ? MOST_PRODUCTS_OF_WORDS : MOST_PRODUCTS)) {
    return QCNN_BAD_SHAPE;
  }
  /* Both are less than the padded input, whose elements are below 2^31. */
  layout->rows = (convolution->output_height - 1) * convolution->stride_height +
                 (convolution->kernel_height - 1) * convolution->dilation_height + 1;
  layout->columns = (convolution->output_width - 1) * convolution->stride_width +
                    (convolution->kernel_width - 1) * convolution->dilation_width + 1;
  layout->planes = words ? 2 : 1;
  layout->passes = words ? 3 : 1;
  layout->plane_bytes = qcnn_align((int64_t)layout->rows * layout->columns * layout->channels);
  layout->group_bytes = layout->planes * layout->plane_bytes;
  find_runs(convolution, layout);
  choose_patches(shape, kernels, layout);
  choose_tasks(shape, layout);
  return QCNN_OK;
}

int64_t qcnn_products_prepared_size(const qcnn_lookup_convolution* shape, int32_t isa,
                                    int32_t batch) {
  qcnn_products_layout layout;
  int32_t status = qcnn_products_layout_of(shape, isa, &layout);
  if (status != QCNN_OK || batch <= 0) {
    return status != QCNN_OK ? -status : -QCNN_BAD_SHAPE;
  }
  /* Kernels read whole blocks and patches. */
  const int64_t columns =
      layout.line > 0 ? QCNN_PRODUCT_ROWS * QCNN_PRODUCT_COLUMNS : layout.patch_columns;
  const int64_t beyond =
      (columns - 1) * shape->convolution.stride_width * layout.channels + QCNN_PRODUCT_BLOCK;
  return batch * (int64_t)shape->convolution.groups * layout.group_bytes + qcnn_align(beyond);
}

int64_t qcnn_products_scratch_size(const qcnn_lookup_convolution* shape, int32_t isa) {
  qcnn_products_layout layout;
  int32_t status = qcnn_products_layout_of(shape, isa, &layout);
  return status != QCNN_OK
             ? -status
             : (layout.passes * QCNN_PRODUCT_SUMS + qcnn_products_overlap_sums(shape, &layout)) *
                       (int64_t)sizeof(int32_t) +
                   qcnn_align(layout.blocks * (int64_t)sizeof(qcnn_product_block));
}

int64_t qcnn_products_rows(const qcnn_lookup_convolution* shape, int32_t isa) {
  qcnn_products_layout layout;
  int32_t status = qcnn_products_layout_of(shape, isa, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  const int64_t rows = layout.line > 0
                           ? qcnn_parts(layout.line, QCNN_PRODUCT_COLUMNS)
                           : (int64_t)convolution->output_height *
                                 qcnn_parts(convolution->output_width, layout.patch_columns);
  return rows * convolution->groups;
}

int32_t qcnn_products_tasks(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch) {
  qcnn_products_layout layout;
  int32_t status = qcnn_products_layout_of(shape, isa, &layout);
  if (status != QCNN_OK || batch <= 0) {
    return status != QCNN_OK ? -status : -QCNN_BAD_SHAPE;
  }
  int64_t tasks = (int64_t)batch * shape->convolution.groups * layout.chunks * layout.bands;
  return tasks <= INT32_MAX ? (int32_t)tasks : -QCNN_BAD_SHAPE;
}
