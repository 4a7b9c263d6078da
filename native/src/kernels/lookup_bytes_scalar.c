/* The reference of the 8-bit lookup kernels: plain C, what every other instruction set must equal. */
#include <math.h>
#include <string.h>

#include "kernels/lookup_bytes.h"

static int8_t saturate8(int32_t value) {
  return (int8_t)(value > INT8_MAX ? INT8_MAX : value < INT8_MIN ? INT8_MIN : value);
}

static int8_t quantize(float value, float scale, int zero) {
  float scaled = value * scale;
  float low = (float)(-128 - zero);
  float high = (float)(127 - zero);
  if (scaled != scaled) {
    return (int8_t)zero;
  }
  scaled = scaled < low ? low : scaled > high ? high : scaled;
  return (int8_t)(lrintf(scaled) + zero); /* to nearest, ties to even */
}

static void quantize_quads(const float* const* rows, int count, float scale, int zero,
                           int8_t* out) {
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < 4; j++) {
      out[4 * i + j] = rows[j] == NULL ? (int8_t)zero : quantize(rows[j][i], scale, zero);
    }
  }
}

/* The sum that an entry is taken from; codeword: its number, then its components. */
static int32_t sum_of_products(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                               const int32_t* codeword) {
  const int8_t* components = (const int8_t*)(codeword + 1);
  int32_t sum = codeword[0];
  for (int d = 0; d < size; d++) {
    sum += inputs[d / 4 * quad_stride + d % 4] * components[d];
  }
  return sum;
}

static void build_table(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                        const int32_t* codewords, int sub_codewords, int positions, int8_t* table,
                        ptrdiff_t table_stride) {
  for (int k = 0; k < sub_codewords; k++) {
    for (int i = 0; i < positions; i++) {
      int32_t sum = sum_of_products(inputs + 4 * i, quad_stride, size, codewords);
      table[k * table_stride + i] = saturate8(sum >> 8);
    }
    codewords += 1 + (size + 3) / 4;
  }
}

static void build_words(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                        const int32_t* codewords, int fraction_bits, int sub_codewords,
                        int positions, int16_t* table, ptrdiff_t table_stride) {
  for (int k = 0; k < sub_codewords; k++) {
    for (int i = 0; i < positions; i++) {
      int32_t sum = sum_of_products(inputs + 4 * i, quad_stride, size, codewords);
      table[k * table_stride + i] = (int16_t)(sum >> fraction_bits);
    }
    codewords += 1 + (size + 3) / 4;
  }
}

static int16_t clamp16(int32_t value, int limit) {
  return (int16_t)(value > limit ? limit : value < -limit ? -limit : value);
}

static int32_t partial_sum(const qcnn_look_ups* look_ups, const uint8_t* codes, int position) {
  const int8_t* table = look_ups->table + position;
  const int32_t* offsets = look_ups->offsets;
  int taps = look_ups->taps;
  int32_t sum = 0;
  for (int t = 0; t + 1 < taps; t += 2) {
    sum += saturate8(table[codes[t] * look_ups->table_stride + offsets[t]] +
                     table[codes[t + 1] * look_ups->table_stride + offsets[t + 1]]);
  }
  if (taps % 2 != 0) {
    sum += table[codes[taps - 1] * look_ups->table_stride + offsets[taps - 1]];
  }
  return sum;
}

static void accumulate(const qcnn_look_ups* look_ups, int filters, int blocks, int16_t* sums,
                       ptrdiff_t sums_stride) {
  for (int f = 0; f < filters; f++) {
    const uint8_t* codes = look_ups->codes + (ptrdiff_t)f * look_ups->taps;
    int16_t* sum = sums + f * sums_stride;
    for (int i = 0; i < blocks * QCNN_BYTE_BLOCK; i++) {
      int32_t total = sum[i] + partial_sum(look_ups, codes, i);
      sum[i] = look_ups->limit == 0 ? (int16_t)total : clamp16(total, look_ups->limit);
    }
  }
}

static void double_sums(int16_t* sums, int64_t count, int limit) {
  for (int64_t i = 0; i < count; i++) {
    sums[i] = clamp16(2 * sums[i], limit);
  }
}

static void in_order(const int16_t* sums, int blocks, int16_t* out) {
  memcpy(out, sums, (size_t)blocks * QCNN_BYTE_BLOCK * sizeof(int16_t));
}

const qcnn_byte_tables qcnn_byte_tables_scalar = {
    .quantize_quads = quantize_quads,
    .build_table = build_table,
    .build_words = build_words,
    .accumulate = accumulate,
    .double_sums = double_sums,
    .in_order = in_order,
};
