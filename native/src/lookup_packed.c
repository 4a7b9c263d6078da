/* Packing the weights of a lookup convolution, and opening what was packed. */
#include "lookup_packed.h"

#include "cpu.h"
#include "lookup_scales.h"
#include "shape.h"

#define MAGIC 0x51434c43u /* "QCLC" */

/* What the kernels may read behind the last code; see qcnn_look_ups. */
#define CODES_BEYOND 4

/* What the kernels may read behind the last codeword; see build_table. */
#define CODEWORDS_BEYOND 16

/* The scales of the subspaces follow the header. */
static int64_t subspace_bytes(const qcnn_lookup_convolution* shape) {
  return shape->table_bits == 8 ? qcnn_align(shape->subspaces * (int64_t)sizeof(qcnn_byte_subspace))
                                : 0;
}

/* The codebooks as integers follow them. */
static int64_t codeword_bytes(const qcnn_lookup_convolution* shape,
                              const qcnn_lookup_layout* layout) {
  return qcnn_align((int64_t)shape->subspaces * shape->sub_codewords *
                        qcnn_codeword_words(shape, layout) * (int64_t)sizeof(int32_t) +
                    CODEWORDS_BEYOND);
}

static int64_t code_count(const qcnn_lookup_convolution* shape) {
  const qcnn_convolution* convolution = &shape->convolution;
  return (int64_t)convolution->output_channels * convolution->kernel_height *
         convolution->kernel_width * shape->subspaces;
}

int64_t qcnn_lookup_convolution_packed_size(const qcnn_lookup_convolution* shape, int32_t isa) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, 1, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  if (!qcnn_isa_supported(isa)) {
    return -QCNN_BAD_ISA;
  }
  return (int64_t)sizeof(qcnn_packed_header) + subspace_bytes(shape) +
         codeword_bytes(shape, &layout) + qcnn_align(code_count(shape) + CODES_BEYOND);
}

/* Appends the codes of one subspace, group and phase, [filter][tap], in the order of reading. */
static uint8_t* pack_codes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                           int32_t group, int32_t subspace, int32_t phase, const uint8_t* codes,
                           uint8_t* packed) {
  const qcnn_axis* vertical = &layout->vertical;
  const qcnn_axis* horizontal = &layout->horizontal;
  for (int32_t f = 0; f < layout->filters; f++) {
    int64_t filter = (int64_t)group * layout->filters + f;
    for (int32_t y = phase / horizontal->phases; y < vertical->taps; y += vertical->period) {
      for (int32_t x = phase % horizontal->phases; x < horizontal->taps; x += horizontal->period) {
        int64_t tap = (filter * vertical->taps + y) * horizontal->taps + x;
        *packed++ = codes[tap * shape->subspaces + subspace];
      }
    }
  }
  return packed;
}

/* Whether no partial sum can leave 16 bits; see qcnn.h. */
static bool shifts_ok(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                      const uint8_t* table_shifts, const float* input_bounds) {
  if (shape->table_bits == 16) {
    return table_shifts == NULL && input_bounds == NULL;
  }
  for (int32_t m = 0; m < shape->subspaces; m++) {
    if (table_shifts[m] > 8 || (128 * ((layout->taps + 1) / 2)) << table_shifts[m] > INT16_MAX) {
      return false;
    }
  }
  return true;
}

/* Writes the codebooks as 16-bit integers, [M][K][bundles][2]. */
static void pack_words(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                       const float* codebooks, float scale, int16_t* out) {
  for (int32_t k = 0; k < shape->subspaces * shape->sub_codewords; k++) {
    for (int32_t d = 0; d < shape->sub_codeword_size; d++) {
      out[d] = qcnn_lookup_codeword(*codebooks++, scale, 32767.0);
    }
    out += layout->bundles * 2;
  }
}

/*
 * Writes the codebooks as 8-bit integers. The number before a codeword is where the sum of its
 * products with inputs, which carry the subspace's zero and the kernels' offset, has to start.
 */
static void pack_bytes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                       const float* codebooks, const qcnn_byte_subspace* subspaces,
                       int32_t input_offset, int32_t* out) {
  for (int32_t m = 0; m < shape->subspaces; m++) {
    for (int32_t k = 0; k < shape->sub_codewords; k++) {
      int8_t* components = (int8_t*)(out + 1);
      int32_t sum = 0;
      for (int32_t d = 0; d < shape->sub_codeword_size; d++) {
        components[d] =
            (int8_t)qcnn_lookup_codeword(*codebooks++, subspaces[m].codeword_scale, 127.0);
        sum += components[d];
      }
      *out = (1 << 7) - (subspaces[m].zero + input_offset) * sum;
      out += 1 + layout->bundles;
    }
  }
}

/* Writes scales and codebooks to where they belong. */
static int32_t pack_codebooks(const qcnn_lookup_convolution* shape,
                              const qcnn_lookup_layout* layout, const float* codebooks,
                              float input_range, float response_range, const uint8_t* table_shifts,
                              const float* input_bounds, qcnn_packed_header* header) {
  char* next = (char*)(header + 1);
  if (table_shifts == NULL) {
    int32_t status =
        qcnn_lookup_scales(codebooks, shape->subspaces, shape->sub_codewords,
                           shape->sub_codeword_size, input_range, response_range, header->scales);
    if (status == QCNN_OK) {
      pack_words(shape, layout, codebooks, header->scales[QCNN_CODEWORD_SCALE],
                 (int16_t*)(void*)next);
    }
    return status;
  }
  qcnn_byte_subspace* subspaces = (qcnn_byte_subspace*)(void*)next;
  next += subspace_bytes(shape);
  int32_t status =
      qcnn_byte_scales(codebooks, shape->subspaces, shape->sub_codewords, shape->sub_codeword_size,
                       table_shifts, input_bounds, response_range, subspaces, header->scales);
  if (status == QCNN_OK) {
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
  int64_t size = qcnn_lookup_convolution_packed_size(shape, isa);
  if (size < 0) {
    return (int32_t)-size;
  }
  if (qcnn_largest_code(codes, code_count(shape)) >= shape->sub_codewords) {
    return QCNN_BAD_RANGE;
  }
  qcnn_lookup_layout layout;
  qcnn_lookup_layout_of(shape, 1, &layout);
  if (!shifts_ok(shape, &layout, table_shifts, input_bounds)) {
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
  uint8_t* next = (uint8_t*)(header + 1) + subspace_bytes(shape) + codeword_bytes(shape, &layout);
  for (int32_t g = 0; g < shape->convolution.groups; g++) {
    for (int32_t m = 0; m < shape->subspaces; m++) {
      for (int32_t phase = 0; phase < layout.phases; phase++) {
        next = pack_codes(shape, &layout, g, m, phase, codes, next);
      }
    }
  }
  return QCNN_OK;
}

int32_t qcnn_lookup_packed_open(const qcnn_lookup_convolution* shape,
                                const qcnn_lookup_layout* layout, const void* packed,
                                qcnn_lookup_packed* out) {
  int32_t status = qcnn_packed_verify(packed, MAGIC, (const int32_t*)shape,
                                      QCNN_SHAPE_INTS(qcnn_lookup_convolution));
  if (status != QCNN_OK) {
    return status;
  }
  const qcnn_packed_header* header = packed;
  const char* subspaces = (const char*)(header + 1);
  const char* codewords = subspaces + subspace_bytes(shape);
  *out = (qcnn_lookup_packed){
      .header = header,
      .subspaces = shape->table_bits == 8 ? (const void*)subspaces : NULL,
      .codewords = (const int32_t*)(const void*)codewords,
      .codes = (const uint8_t*)codewords + codeword_bytes(shape, layout),
      .kernels = qcnn_lookup_kernels_for(header->isa),
      .byte_tables = qcnn_byte_tables_for(header->isa),
  };
  return out->kernels == NULL || out->byte_tables == NULL ? QCNN_BAD_PACKED : QCNN_OK;
}
