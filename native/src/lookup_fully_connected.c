/*
 * The lookup fully-connected layer: the table of all inner products once per image, then one entry
 * per output and subspace. Codes lie as lookup_outputs.h has them, so that a block reads one stream
 * from front to back; at batch 1 that stream is what the time goes into.
 */
#include <math.h>

#include "activation.h"
#include "cpu.h"
#include "kernels/lookup_kernels.h"
#include "lookup_outputs.h"
#include "lookup_scales.h"
#include "packed.h"
#include "shape.h"

#define MAGIC 0x51434c46u /* "QCLF" */

/* Of a sub-codeword; keeps the quantized inputs of a chunk of subspaces on the stack. */
#define LARGEST_SIZE 256

static int32_t check(const qcnn_lookup_fully_connected* shape) {
  if (shape->inputs <= 0 || shape->outputs <= 0 || shape->outputs > (1 << 28) ||
      shape->sub_codewords < 1 || shape->sub_codewords > 256 || shape->sub_codeword_size < 1 ||
      shape->sub_codeword_size > LARGEST_SIZE ||
      shape->subspaces != qcnn_parts(shape->inputs, shape->sub_codeword_size) ||
      (int64_t)shape->subspaces * shape->outputs > INT32_MAX) {
    return QCNN_BAD_SHAPE;
  }
  return QCNN_OK;
}

static int32_t pairs(const qcnn_lookup_fully_connected* shape) {
  return (shape->sub_codeword_size + 1) / 2;
}

/* Sub-codewords lie side by side as the positions of a map do, so they come in blocks as well. */
static int32_t padded_codewords(const qcnn_lookup_fully_connected* shape) {
  return qcnn_round_up(shape->sub_codewords, QCNN_POSITION_BLOCK);
}

/* 16-bit values of one codebook, [pair][sub-codeword][2]. */
static int64_t codebook_values(const qcnn_lookup_fully_connected* shape) {
  return (int64_t)pairs(shape) * padded_codewords(shape) * 2;
}

static int64_t codeword_bytes(const qcnn_lookup_fully_connected* shape) {
  return qcnn_align(shape->subspaces * codebook_values(shape) * (int64_t)sizeof(int16_t));
}

/* The outputs of the block that begins at `first`: a multiple of 32, padded with code 0. */
static int32_t block_outputs(const qcnn_lookup_fully_connected* shape,
                             const qcnn_lookup_kernels* kernels, int32_t first) {
  return qcnn_min(kernels->gather_outputs, qcnn_round_up(shape->outputs - first, 32));
}

static int32_t codes_of_word(const qcnn_lookup_fully_connected* shape,
                             const qcnn_lookup_kernels* kernels) {
  return kernels->gather_codes == NULL ? 0 : kernels->gather_codes(shape->sub_codewords);
}

/* The bytes of the codes of one output. */
static int64_t code_bytes(const qcnn_lookup_fully_connected* shape,
                          const qcnn_lookup_kernels* kernels) {
  return qcnn_packed_code_bytes(shape->subspaces, codes_of_word(shape, kernels));
}

int64_t qcnn_lookup_fully_connected_packed_size(const qcnn_lookup_fully_connected* shape,
                                                int32_t isa) {
  int32_t status = check(shape);
  if (status != QCNN_OK) {
    return -status;
  }
  if (!qcnn_isa_supported(isa)) {
    return -QCNN_BAD_ISA;
  }
  return (int64_t)sizeof(qcnn_packed_header) + codeword_bytes(shape) +
         qcnn_align(qcnn_round_up(shape->outputs, 32) *
                    code_bytes(shape, qcnn_lookup_kernels_for((uint32_t)isa)));
}

/* Writes scales and integer codebooks behind the header, one subspace at a time. */
static int32_t pack_codebooks(const qcnn_lookup_fully_connected* shape, const float* codebooks,
                              float input_range, float response_range, qcnn_packed_header* header) {
  int32_t status =
      qcnn_lookup_scales(codebooks, shape->subspaces, shape->sub_codewords,
                         shape->sub_codeword_size, input_range, response_range, header->scales);
  if (status != QCNN_OK) {
    return status;
  }
  int16_t* out = (int16_t*)(header + 1);
  for (int32_t m = 0; m < shape->subspaces; m++) {
    for (int32_t k = 0; k < shape->sub_codewords; k++) {
      for (int32_t d = 0; d < shape->sub_codeword_size; d++) {
        ptrdiff_t pair = (ptrdiff_t)(d / 2) * padded_codewords(shape) + k;
        out[2 * pair + d % 2] =
            qcnn_lookup_codeword(*codebooks++, header->scales[QCNN_CODEWORD_SCALE], 32767.0);
      }
    }
    out += codebook_values(shape);
  }
  return QCNN_OK;
}

int32_t qcnn_lookup_fully_connected_pack(const qcnn_lookup_fully_connected* shape, int32_t isa,
                                         const float* codebooks, float input_range,
                                         float response_range, void* packed) {
  int64_t size = qcnn_lookup_fully_connected_packed_size(shape, isa);
  if (size < 0) {
    return (int32_t)-size;
  }
  qcnn_packed_begin(packed, MAGIC, isa, (const int32_t*)shape,
                    QCNN_SHAPE_INTS(qcnn_lookup_fully_connected), size);
  qcnn_packed_header* header = packed;
  memset(header + 1, 0, (size_t)codeword_bytes(shape));
  header->past_caches = qcnn_reads_past_caches();
  return pack_codebooks(shape, codebooks, input_range, response_range, header);
}

static int32_t open_packed(const qcnn_lookup_fully_connected* shape, const void* packed,
                           const qcnn_lookup_kernels** kernels) {
  int32_t status = qcnn_packed_verify(packed, MAGIC, (const int32_t*)shape,
                                      QCNN_SHAPE_INTS(qcnn_lookup_fully_connected));
  if (status != QCNN_OK) {
    return status;
  }
  *kernels = qcnn_lookup_kernels_for(((const qcnn_packed_header*)packed)->isa);
  return *kernels == NULL ? QCNN_BAD_PACKED : QCNN_OK;
}

/* Blocks of outputs never lie in two slices. */
int32_t qcnn_lookup_fully_connected_pack_codes(const qcnn_lookup_fully_connected* shape,
                                               const uint8_t* codes, int32_t first, int32_t count,
                                               void* packed) {
  const qcnn_lookup_kernels* kernels;
  int32_t status = open_packed(shape, packed, &kernels);
  if (status != QCNN_OK) {
    return status;
  }
  if (first < 0 || first % QCNN_CODE_SLICE != 0 || count <= 0 || count > shape->outputs - first ||
      (count % QCNN_CODE_SLICE != 0 && first + count != shape->outputs) ||
      qcnn_largest_code(codes, (int64_t)count * shape->subspaces) >= shape->sub_codewords) {
    return QCNN_BAD_RANGE;
  }
  uint8_t* blocks = (uint8_t*)packed + sizeof(qcnn_packed_header) + codeword_bytes(shape);
  for (int32_t o = first; o < first + count; o += kernels->gather_outputs) {
    qcnn_pack_outputs(codes + (int64_t)(o - first) * shape->subspaces, shape->subspaces,
                      qcnn_min(kernels->gather_outputs, shape->outputs - o),
                      block_outputs(shape, kernels, o), codes_of_word(shape, kernels),
                      blocks + o * code_bytes(shape, kernels));
  }
  return QCNN_OK;
}

/* ---- Stage 1: the tables --------------------------------------------------------------------- */

/* No layout of any instruction set needs more: 256 entries or 64, whichever K asks for. */
static int64_t largest_table_bytes(const qcnn_lookup_fully_connected* shape) {
  return shape->sub_codewords <= 64 ? 128 : shape->sub_codewords <= 128 ? 256 : 512;
}

int64_t qcnn_lookup_fully_connected_tables_size(const qcnn_lookup_fully_connected* shape,
                                                int32_t batch) {
  int32_t status = check(shape);
  if (status != QCNN_OK) {
    return -status;
  }
  return batch <= 0 ? -QCNN_BAD_SHAPE : largest_table_bytes(shape) * shape->subspaces * batch;
}

/* Quantizes the inputs of some subspaces, [subspace][pair][2]; odd ends are paired with 0. */
static void quantize_inputs(const qcnn_lookup_fully_connected* shape,
                            const qcnn_lookup_kernels* kernels, float scale, const float* input,
                            int32_t first, int32_t last, int16_t* out) {
  int16_t spread[4 * LARGEST_SIZE];
  int32_t size = shape->sub_codeword_size;
  int32_t start = first * size;
  int32_t count = qcnn_min(shape->inputs, last * size) - start;
  kernels->quantize_pairs(input + start, NULL, count, scale, -INT16_MAX, INT16_MAX, spread);
  memset(out, 0, (size_t)(last - first) * (size_t)pairs(shape) * 2 * sizeof(int16_t));
  for (int32_t i = 0; i < count; i++) {
    out[i / size * pairs(shape) * 2 + i % size] = spread[2 * i];
  }
}

/*
 * The tables of an image for the subspaces begin <= m < end. Sub-codewords take the part of positions here and
 * the input that of the one sub-codeword, so that the kernel of the convolution gives the whole table of a
 * subspace at once.
 */
static void build_tables(const qcnn_lookup_fully_connected* shape,
                         const qcnn_lookup_kernels* kernels, const int16_t* codebooks, float scale,
                         const float* input, int32_t begin, int32_t end, char* tables) {
  int32_t chunk = qcnn_max(1, LARGEST_SIZE / shape->sub_codeword_size);
  const ptrdiff_t table_bytes = kernels->gather_table_bytes(shape->sub_codewords);
  codebooks += begin * codebook_values(shape);
  tables += begin * table_bytes;
  for (int32_t first = begin; first < end; first += chunk) {
    int16_t inputs[4 * LARGEST_SIZE];
    int32_t last = qcnn_min(end, first + chunk);
    quantize_inputs(shape, kernels, scale, input, first, last, inputs);
    for (int32_t m = first; m < last; m++) {
      int16_t entries[256];
      kernels->build_table(codebooks, (ptrdiff_t)padded_codewords(shape) * 2, pairs(shape),
                           inputs + (ptrdiff_t)(m - first) * pairs(shape) * 2, 1,
                           padded_codewords(shape), entries, 0);
      kernels->gather_store_table(entries, shape->sub_codewords, tables);
      tables += table_bytes;
      codebooks += codebook_values(shape);
    }
  }
}

/* The subspaces of a task, enough for a thread to wake up for. */
#define TASK_SUBSPACES 512

int32_t qcnn_lookup_fully_connected_build_tasks(const qcnn_lookup_fully_connected* shape,
                                                int32_t batch) {
  int32_t status = check(shape);
  if (status != QCNN_OK) {
    return -status;
  }
  int64_t tasks = (int64_t)batch * qcnn_parts(shape->subspaces, TASK_SUBSPACES);
  return batch > 0 && tasks <= INT32_MAX ? (int32_t)tasks : -QCNN_BAD_SHAPE;
}

int32_t qcnn_lookup_fully_connected_build(const qcnn_lookup_fully_connected* shape, int32_t batch,
                                          const void* packed, const float* input, void* tables,
                                          int32_t first, int32_t last) {
  const qcnn_lookup_kernels* kernels;
  int32_t status = open_packed(shape, packed, &kernels);
  if (status != QCNN_OK) {
    return status;
  }
  if (!qcnn_range_ok(first, last, qcnn_lookup_fully_connected_build_tasks(shape, batch))) {
    return QCNN_BAD_RANGE;
  }
  const qcnn_packed_header* header = packed;
  const int32_t parts = qcnn_parts(shape->subspaces, TASK_SUBSPACES);
  for (int32_t task = first; task < last; task++) {
    const int32_t n = task / parts;
    const int32_t begin = task % parts * TASK_SUBSPACES;
    build_tables(shape, kernels, (const int16_t*)(header + 1), header->scales[QCNN_INPUT_SCALE],
                 input + (ptrdiff_t)n * shape->inputs, begin,
                 qcnn_min(begin + TASK_SUBSPACES, shape->subspaces),
                 (char*)tables + n * largest_table_bytes(shape) * shape->subspaces);
  }
  return QCNN_OK;
}

/* ---- Stage 2: the sums ----------------------------------------------------------------------- */

/*
 * A task is 32 outputs for every instruction set, so that a caller can plan without knowing it; the
 * first task of a block does the block, the others nothing.
 */
int32_t qcnn_lookup_fully_connected_tasks(const qcnn_lookup_fully_connected* shape) {
  int32_t status = check(shape);
  return status == QCNN_OK ? qcnn_parts(shape->outputs, 32) : -status;
}

static void finish_block(const int16_t* sums, int32_t first, int32_t count, float scale,
                         const float* bias, const qcnn_activation* activation, float* output) {
  for (int32_t o = 0; o < count; o++) {
    output[first + o] = (float)sums[o] * scale + bias[first + o];
  }
  qcnn_activate_row(activation, output + first, count);
}

int32_t qcnn_lookup_fully_connected_run(const qcnn_lookup_fully_connected* shape, int32_t batch,
                                        const void* packed, const float* bias,
                                        const qcnn_activation* activation, const void* tables,
                                        float* output, int32_t first, int32_t last) {
  const qcnn_lookup_kernels* kernels;
  int32_t status = open_packed(shape, packed, &kernels);
  if (status != QCNN_OK) {
    return status;
  }
  if (!qcnn_range_ok(first, last, qcnn_lookup_fully_connected_tasks(shape)) || batch <= 0 ||
      !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  const qcnn_packed_header* header = packed;
  const uint8_t* codes = (const uint8_t*)(header + 1) + codeword_bytes(shape);
  int32_t block = kernels->gather_outputs;
  for (int32_t o = qcnn_round_up(first * 32, block); o < qcnn_min(last * 32, shape->outputs);
       o += block) {
    int32_t width = block_outputs(shape, kernels, o);
    for (int32_t n = 0; n < batch; n++) {
      int16_t sums[256];
      kernels->gather((const char*)tables + n * largest_table_bytes(shape) * shape->subspaces,
                      shape->sub_codewords, codes + o * code_bytes(shape, kernels),
                      shape->subspaces, width, header->past_caches != 0, sums);
      finish_block(sums, o, qcnn_min(width, shape->outputs - o), header->scales[QCNN_OUTPUT_SCALE],
                   bias, activation, output + (ptrdiff_t)n * shape->outputs);
    }
  }
  return QCNN_OK;
}
