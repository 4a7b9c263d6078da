/* The reference of the lookup kernels: plain C, what every other instruction set must equal. */
#include <math.h>
#include <string.h>

#include "kernels/lookup_kernels.h"

static int16_t quantize(float value, float scale, int least, int most) {
  float scaled = value * scale;
  if (scaled != scaled) {
    return 0;
  }
  if (scaled >= (float)most) {
    return (int16_t)most;
  }
  if (scaled <= (float)least) {
    return (int16_t)least;
  }
  return (int16_t)lrintf(scaled); /* the default rounding mode: to nearest, ties to even */
}

static int16_t saturate(int32_t value) {
  return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

static void quantize_pairs(const float* a, const float* b, int count, float scale, int least,
                           int most, int16_t* out) {
  for (int i = 0; i < count; i++) {
    out[2 * i] = quantize(a[i], scale, least, most);
    out[2 * i + 1] = b == NULL ? 0 : quantize(b[i], scale, least, most);
  }
}

static void build_table(const int16_t* inputs, ptrdiff_t pair_stride, int pairs,
                        const int16_t* codewords, int sub_codewords, int positions, int16_t* table,
                        ptrdiff_t table_stride) {
  for (int k = 0; k < sub_codewords; k++) {
    const int16_t* codeword = codewords + (ptrdiff_t)k * pairs * 2;
    for (int i = 0; i < positions; i++) {
      int32_t sum = 1 << 15;
      for (int q = 0; q < pairs; q++) {
        const int16_t* pair = inputs + q * pair_stride + 2 * i;
        sum += pair[0] * codeword[2 * q] + pair[1] * codeword[2 * q + 1];
      }
      table[k * table_stride + i] = (int16_t)(sum >> 16);
    }
  }
}

static void accumulate(const int16_t* table, ptrdiff_t table_stride, const uint8_t* codes,
                       const int32_t* offsets, int kernel_positions, int filters, int blocks,
                       int16_t* sums, ptrdiff_t sums_stride) {
  for (int f = 0; f < filters; f++) {
    int16_t* sum = sums + f * sums_stride;
    for (int p = 0; p < kernel_positions; p++) {
      const int16_t* row = table + codes[f * kernel_positions + p] * table_stride + offsets[p];
      for (int i = 0; i < blocks * QCNN_POSITION_BLOCK; i++) {
        sum[i] = saturate(sum[i] + row[i]);
      }
    }
  }
}

static void finish(const int16_t* sums, int count, float scale, float bias, float floor,
                   float* out) {
  for (int i = 0; i < count; i++) {
    float value = (float)sums[i] * scale + bias;
    out[i] = value > floor ? value : floor;
  }
}

static int gather_table_bytes(int sub_codewords) {
  return (sub_codewords * 2 + 63) / 64 * 64;
}

static void gather_store_table(const int16_t* entries, int sub_codewords, void* table) {
  memcpy(table, entries, (size_t)sub_codewords * sizeof(int16_t));
}

static void gather(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                   int outputs, bool past_caches, int16_t* sums) {
  (void)past_caches;
  memset(sums, 0, (size_t)outputs * sizeof(int16_t));
  for (int m = 0; m < subspaces; m++) {
    const int16_t* table =
        (const int16_t*)((const char*)tables + (ptrdiff_t)m * gather_table_bytes(sub_codewords));
    for (int o = 0; o < outputs; o++) {
      sums[o] = saturate(sums[o] + table[codes[(ptrdiff_t)m * outputs + o]]);
    }
  }
}

const qcnn_lookup_kernels qcnn_lookup_kernels_scalar = {
    .quantize_pairs = quantize_pairs,
    .build_table = build_table,
    .accumulate = accumulate,
    .finish = finish,
    .gather_outputs = 256,
    .gather_table_bytes = gather_table_bytes,
    .gather_store_table = gather_store_table,
    .gather = gather,
};
