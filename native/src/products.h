/*
 * Quantized convolutions by products of decoded weights; what they compute is in qcnn.h.
 *
 * Inputs lie [image][group][plane][row][column][channel], padded, a byte each, so that what a kernel row reads is
 * one run of bytes: a pixel further on begins `channels` bytes later. Inputs of 16 bits have two planes, one of
 * high bytes and one of low ones, and weights of 16 bits two parts, upper and lower: three passes, of high times
 * upper, low times upper and high times lower bytes, are each multiplied as those of 8 bits are.
 *
 * Runs are cut into blocks of 64 bytes, which the kernels of kernels/product_kernels.h multiply with weights of
 * 32 filters for one or two rows of up to 16 outputs, a patch. Where narrow maps would fill patches badly, all
 * their outputs lie on one line, the pixels between rows among them, and a patch takes two pieces of it one behind
 * the other. The weights of a task's filters should stay in the second-level cache, the inputs of a patch in the
 * first-level one.
 */
#ifndef QCNN_PRODUCTS_H
#define QCNN_PRODUCTS_H

#include <stdbool.h>

#include "kernels/product_kernels.h"
#include "lookup_scales.h"
#include "packed.h"
#include "qcnn.h"

typedef struct {
  int32_t channels, filters; /* of a group */
  int32_t rows, columns;     /* of the padded input, as far as it is read */
  int32_t planes;            /* of bytes: 1, or 2 of 16-bit inputs, the high ones first */
  int32_t passes;            /* of a patch: 1, or 3 of 16-bit operands */
  int64_t plane_bytes;       /* of the padded input of one group of one image */
  int64_t group_bytes;       /* of all its planes */
  int32_t runs, run_bytes;   /* what an output reads: in so many pieces, of so many bytes each */
  int32_t blocks;            /* of all runs */
  int32_t filter_blocks;     /* of a group, the last one padded */
  int32_t chunk_blocks;      /* filter blocks of a task, */
  int32_t chunks;            /* of which there are so many in a group */
  int32_t line;              /* outputs on the line of a narrow map, or 0 */
  int32_t patch_rows, patch_columns;
  int32_t units; /* rows of patches of an image, or patches of a line */
  int32_t bands; /* that units are cut into */
} qcnn_products_layout;

/* The bytes of the weights of a block of filters; those of a part are what a pass reads. */
static inline ptrdiff_t qcnn_products_part_bytes(const qcnn_products_layout* layout) {
  return (ptrdiff_t)layout->blocks * QCNN_PRODUCT_WEIGHTS;
}

static inline ptrdiff_t qcnn_products_weight_bytes(const qcnn_products_layout* layout) {
  return qcnn_products_part_bytes(layout) * (layout->passes == 1 ? 1 : 2);
}

/*
 * Returns QCNN_BAD_SHAPE for shapes that do not fit and more products for an output than 32 bits have room for;
 * QCNN_BAD_ISA for instruction sets without kernels.
 */
int32_t qcnn_products_layout_of(const qcnn_lookup_convolution* shape, int64_t isa,
                                qcnn_products_layout* layout);

/*
 * The packed weights: the header, for the channels of a group padded to a whole block of filters their scales and
 * zeros as inputs, for the filters of all groups, padded, what the sums
 * of each pass start from and what responses are multiplied with, and the weights [group][filter block][part] times
 * what qcnn_product_patch has. All begin at multiples of 64 bytes.
 */
typedef struct {
  const qcnn_packed_header* header;
  const qcnn_product_kernels* kernels;
  qcnn_product_quantizer quantizer; /* of its inputs */
  const int32_t* start[QCNN_PRODUCT_PASSES];
  const float* scale;
  const int8_t* weights;
} qcnn_products_packed;

/* Returns QCNN_OK, or QCNN_BAD_PACKED if the blob is not one for this shape. */
int32_t qcnn_products_packed_open(const qcnn_lookup_convolution* shape, const void* packed,
                                  qcnn_products_layout* layout, qcnn_products_packed* out);

/* The functions of qcnn.h for shapes that say `products`. */
int64_t qcnn_products_packed_size(const qcnn_lookup_convolution* shape, int32_t isa);
int32_t qcnn_products_pack(const qcnn_lookup_convolution* shape, int32_t isa,
                           const float* codebooks, const uint8_t* codes, float input_range,
                           const float* input_bounds, void* packed);
int64_t qcnn_products_prepared_size(const qcnn_lookup_convolution* shape, int32_t isa,
                                    int32_t batch);
int32_t qcnn_products_prepare_tasks(const qcnn_lookup_convolution* shape);
int32_t qcnn_products_prepare(const qcnn_lookup_convolution* shape, int32_t batch,
                              const void* packed, const float* input, void* prepared, int32_t first,
                              int32_t last);
int64_t qcnn_products_scratch_size(const qcnn_lookup_convolution* shape, int32_t isa);
/* How many rows patches have in all, for one image and a block of filters. */
int64_t qcnn_products_rows(const qcnn_lookup_convolution* shape, int32_t isa);
int32_t qcnn_products_tasks(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch);
int32_t qcnn_products_hands_over(const qcnn_lookup_convolution* shape,
                                 const qcnn_lookup_convolution* next, int32_t isa);

/* Where outputs go: as such, or as inputs of the products that alone read them. */
typedef struct {
  float* output;
  const qcnn_lookup_convolution* next; /* NULL: as such */
  const void* next_packed;
  void* next_prepared;
} qcnn_products_destination;

int32_t qcnn_products_run(const qcnn_lookup_convolution* shape, int32_t batch, const void* packed,
                          const float* bias, const qcnn_activation* activation,
                          const void* prepared, const qcnn_products_destination* destination,
                          void* scratch, int32_t first, int32_t last);

#endif
