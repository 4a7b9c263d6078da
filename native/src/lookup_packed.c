/* Packing the weights of a lookup convolution, and opening what was packed. */
#include "lookup_packed.h"

#include "cpu.h"
#include "lookup_codes.h"
#include "lookup_scales.h"
#include "products.h"
#include "shape.h"

#define MAGIC 0x51434c43u /* "QCLC" */

/* What the kernels may read behind the last code; see qcnn_look_ups. */
#define CODES_BEYOND 4

/* What the kernels may read behind the last codeword; see build_table. */
#define CODEWORDS_BEYOND 16

/* The scales of the subspaces follow the header. */
static int64_t subspace_bytes(const qcnn_lookup_convolution* shape) {
  return shape->operand_bits == 8
             ? qcnn_align(shape->subspaces * (int64_t)sizeof(qcnn_byte_subspace))
             : 0;
}

/* The codebooks as integers follow them. */
static int64_t codeword_bytes(const qcnn_lookup_convolution* shape,
                              const qcnn_lookup_layout* layout) {
  return qcnn_align((int64_t)shape->subspaces * qcnn_codebook_words(shape, layout) *
                        (int64_t)sizeof(int32_t) +
                    CODEWORDS_BEYOND);
}

static int64_t code_count(const qcnn_lookup_convolution* shape, int32_t filters) {
  const qcnn_convolution* convolution = &shape->convolution;
  return (int64_t)filters * convolution->kernel_height * convolution->kernel_width *
         shape->subspaces;
}

int64_t qcnn_lookup_convolution_packed_size(const qcnn_lookup_convolution* shape, int32_t isa) {
  if (shape->products == 1) {
    return qcnn_products_packed_size(shape, isa);
  }
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, 1, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  if (!qcnn_isa_supported(isa)) {
    return -QCNN_BAD_ISA;
  }
  int32_t filters = qcnn_padded_filters(&layout) * shape->convolution.groups;
  return (int64_t)sizeof(qcnn_packed_header) + subspace_bytes(shape) +
         codeword_bytes(shape, &layout) + qcnn_align(code_count(shape, filters) + CODES_BEYOND);
}

static bool shifts_ok(const qcnn_lookup_convolution* shape, const uint8_t* table_shifts,
                      const float* input_bounds) {
  if ((table_shifts == NULL) != (shape->table_bits == 16) ||
      (input_bounds == NULL) != (shape->operand_bits == 16)) {
    return false;
  }
  for (int32_t m = 0; table_shifts != NULL && m < shape->subspaces; m++) {
    if (table_shifts[m] > 8) {
      return false;
    }
  }
  return true;
}

/* Codewords that lie side by side, word by word. */
static int32_t lanes_of(const qcnn_lookup_layout* layout) {
  return layout->filter_blocks == 0 ? 1 : 64;
}

/* Where the first word of a codeword of a subspace lies; its others follow lanes_of words apart. */
static ptrdiff_t codeword_at(const qcnn_lookup_layout* layout, int32_t k) {
  int32_t lanes = lanes_of(layout);
  return (ptrdiff_t)(k / lanes) * lanes * qcnn_codeword_words(layout) + k % lanes;
}

/*
 * Writes the codebooks as 16-bit integers: of 16-bit operands, or of 8-bit ones shifted so that 16
 * fractional bits become of their own, which gives the same entries.
 */
static void pack_words(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                       const float* codebooks, const qcnn_byte_subspace* subspaces, float scale,
                       int32_t* out) {
  const int32_t lanes = lanes_of(layout);
  double largest = 32767.0;
  int32_t unit = 1;
  for (int32_t m = 0; m < shape->subspaces; m++) {
    if (subspaces != NULL) {
      scale = subspaces[m].codeword_scale;
      largest = 127.0;
      unit = 1 << (16 - subspaces[m].fraction_bits - qcnn_operand_shift(&subspaces[m]));
    }
    for (int32_t k = 0; k < shape->sub_codewords; k++) {
      int32_t* word = out + codeword_at(layout, k);
      for (int32_t d = 0; d < shape->sub_codeword_size; d++) {
        ((int16_t*)(void*)(word + d / 2 * lanes))[d % 2] =
            (int16_t)(qcnn_lookup_codeword(*codebooks++, scale, largest) * unit);
      }
    }
    out += qcnn_codebook_words(shape, layout);
  }
}

/*
 * Writes a codeword as 8-bit integers, its 32-bit words `step` words apart. The number before it is
 * where the sum of its products with inputs, which have `zero` added, has to start.
 */
static void pack_codeword(const float* codeword, int32_t size, const qcnn_byte_subspace* subspace,
                          int32_t zero, ptrdiff_t step, int32_t* out) {
  int32_t sum = 0;
  for (int32_t d = 0; d < size; d++) {
    int8_t component = (int8_t)qcnn_lookup_codeword(codeword[d], subspace->codeword_scale, 127.0);
    ((int8_t*)(out + (1 + d / 4) * step))[d % 4] = component;
    sum += component;
  }
  *out = (1 << (subspace->fraction_bits - 1)) - zero * sum;
}

/* Writes the codebooks as 8-bit integers. */
static void pack_bytes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                       const float* codebooks, const qcnn_byte_subspace* subspaces,
                       int32_t input_offset, int32_t* out) {
  for (int32_t m = 0; m < shape->subspaces; m++) {
    const qcnn_byte_subspace* subspace = &subspaces[m];
    const float* codeword =
        codebooks + (ptrdiff_t)subspace->subspace * shape->sub_codewords * shape->sub_codeword_size;
    for (int32_t k = 0; k < shape->sub_codewords; k++) {
      pack_codeword(codeword, shape->sub_codeword_size, subspace, subspace->zero + input_offset,
                    lanes_of(layout), out + codeword_at(layout, k));
      codeword += shape->sub_codeword_size;
    }
    out += qcnn_codebook_words(shape, layout);
  }
}

/* Writes scales and codebooks to where they belong. */
static int32_t pack_codebooks(const qcnn_lookup_convolution* shape,
                              const qcnn_lookup_layout* layout, const float* codebooks,
                              float input_range, float response_range, const uint8_t* table_shifts,
                              const float* input_bounds, qcnn_packed_header* header) {
  char* next = (char*)(header + 1);
  if (input_bounds == NULL) {
    int32_t status =
        qcnn_lookup_scales(codebooks, shape->subspaces, shape->sub_codewords,
                           shape->sub_codeword_size, input_range, response_range, header->scales);
    if (status == QCNN_OK) {
      pack_words(shape, layout, codebooks, NULL, header->scales[QCNN_CODEWORD_SCALE],
                 (int32_t*)(void*)next);
    }
    return status;
  }
  qcnn_byte_subspace* subspaces = (qcnn_byte_subspace*)(void*)next;
  next += subspace_bytes(shape);
  int32_t status = table_shifts == NULL
                       ? qcnn_operand_scales(codebooks, shape->subspaces, shape->sub_codewords,
                                             shape->sub_codeword_size, input_bounds, response_range,
                                             subspaces, header->scales)
                       : qcnn_byte_scales(codebooks, shape->subspaces, shape->sub_codewords,
                                          shape->sub_codeword_size, table_shifts, input_bounds,
                                          response_range, subspaces, header->scales);
  if (status == QCNN_OK && !layout->quads) {
    pack_words(shape, layout, codebooks, subspaces, 0, (int32_t*)(void*)next);
  } else if (status == QCNN_OK) {
    pack_bytes(shape, layout, codebooks, subspaces, qcnn_byte_tables_for(header->isa)->input_offset,
               (int32_t*)(void*)next);
  }
  return status;
}

int32_t qcnn_lookup_convolution_pack(const qcnn_lookup_convolution* shape, int32_t isa,
                                     const float* codebooks, const uint8_t* codes,
                                     float input_range, float response_range,
                                     const uint8_t* table_shifts, const float* input_bounds,
                                     void* packed) {
  if (shape->products == 1) {
    return qcnn_products_pack(shape, isa, codebooks, codes, input_range, input_bounds, packed);
  }
  int64_t size = qcnn_lookup_convolution_packed_size(shape, isa);
  if (size < 0) {
    return (int32_t)-size;
  }
  int32_t channels = shape->convolution.output_channels;
  if (qcnn_largest_code(codes, code_count(shape, channels)) >= shape->sub_codewords) {
    return QCNN_BAD_RANGE;
  }
  qcnn_lookup_layout layout;
  qcnn_lookup_layout_of(shape, isa, 1, &layout);
  if (!shifts_ok(shape, table_shifts, input_bounds)) {
    return QCNN_BAD_RANGE;
  }
  memset(packed, 0, (size_t)size);
  qcnn_packed_begin(packed, MAGIC, isa, (const int32_t*)shape,
                    QCNN_SHAPE_INTS(qcnn_lookup_convolution), size);
  qcnn_packed_header* header = packed;
  int32_t status = pack_codebooks(shape, &layout, codebooks, input_range, response_range,
                                  table_shifts, input_bounds, header);
  if (status != QCNN_OK) {
    return status;
  }
  const char* subspaces = (const char*)(header + 1);
  uint8_t* next = (uint8_t*)(header + 1) + subspace_bytes(shape) + codeword_bytes(shape, &layout);
  qcnn_code_source source = {
      .shape = shape,
      .layout = &layout,
      .filter_tables =
          qcnn_filter_tables_for((uint32_t)isa, shape->table_bits, shape->sub_codewords),
      .codes = codes,
  };
  if (table_shifts != NULL) {
    source.subspaces = (const qcnn_byte_subspace*)(const void*)subspaces;
  }
  for (; source.group < shape->convolution.groups; source.group++) {
    next = qcnn_pack_codes(&source, next);
  }
  return QCNN_OK;
}

int32_t qcnn_lookup_packed_open(const qcnn_lookup_convolution* shape, int32_t batch,
                                const void* packed, qcnn_lookup_layout* layout,
                                qcnn_lookup_packed* out) {
  int32_t status = qcnn_packed_verify(packed, MAGIC, (const int32_t*)shape,
                                      QCNN_SHAPE_INTS(qcnn_lookup_convolution));
  const qcnn_packed_header* header = packed;
  if (status == QCNN_OK) {
    status = qcnn_lookup_layout_of(shape, (int32_t)header->isa, batch, layout);
  }
  if (status != QCNN_OK) {
    return status;
  }
  const char* subspaces = (const char*)(header + 1);
  const char* codewords = subspaces + subspace_bytes(shape);
  *out = (qcnn_lookup_packed){
      .header = header,
      .subspaces = shape->operand_bits == 8 ? (const void*)subspaces : NULL,
      .order = shape->table_bits == 8 ? (const void*)subspaces : NULL,
      .codewords = (const int32_t*)(const void*)codewords,
      .codes = (const uint8_t*)codewords + codeword_bytes(shape, layout),
      .kernels = qcnn_lookup_kernels_for(header->isa),
      .byte_tables = qcnn_byte_tables_for(header->isa),
      .filter_tables = qcnn_filter_tables_for(header->isa, shape->table_bits, shape->sub_codewords),
  };
  return out->kernels == NULL || out->byte_tables == NULL ? QCNN_BAD_PACKED : QCNN_OK;
}
