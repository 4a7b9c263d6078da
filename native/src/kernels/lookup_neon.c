/* The lookup kernels for NEON, arm64 and armhf: 8 positions to a vector. */
#include <arm_neon.h>
#include <string.h>

#include "kernels/lookup_kernels.h"

typedef int16x8_t vector16;
#define VECTOR16_LANES 8
#ifdef __aarch64__
#define STRIP_VECTORS 16
#else
#define STRIP_VECTORS 8 /* 16 registers in all */
#endif
#define vector16_load(p) vld1q_s16(p)
#define vector16_store(p, v) vst1q_s16(p, v)
#define vector16_add(a, b) vqaddq_s16(a, b)

#define NINE_TAPS false

#include "kernels/lookup_prefetch.h"
#include "kernels/lookup_words.h"

static void quantize_pairs(const float* a, const float* b, int count, float scale, int least,
                           int most, int16_t* out) {
  int whole = 0;
#ifdef __aarch64__
  /* armhf has no conversion that rounds to nearest, nor NaN-proof limits: it stays scalar. */
  const float32x4_t lower = vdupq_n_f32((float)least);
  const float32x4_t upper = vdupq_n_f32((float)most);
  whole = count / 4 * 4;
  for (int i = 0; i < whole; i += 4) {
    int16x4x2_t pair;
    prefetch_pair(a, b, i);
    /* The conversion saturates and turns NaN into 0; limits are then taken as integers. */
    float32x4_t first = vmulq_n_f32(vld1q_f32(a + i), scale);
    float32x4_t second = b == NULL ? vdupq_n_f32(0.0f) : vmulq_n_f32(vld1q_f32(b + i), scale);
    first = vmaxq_f32(vminq_f32(first, upper), lower);
    second = vmaxq_f32(vminq_f32(second, upper), lower);
    pair.val[0] = vqmovn_s32(vcvtnq_s32_f32(first));
    pair.val[1] = vqmovn_s32(vcvtnq_s32_f32(second));
    vst2_s16(out + 2 * i, pair);
  }
#endif
  if (whole < count) {
    qcnn_lookup_kernels_scalar.quantize_pairs(a + whole, b == NULL ? NULL : b + whole,
                                              count - whole, scale, least, most, out + 2 * whole);
  }
}

#ifdef __aarch64__
#define EIGHTS 2 /* vectors of 8 positions to a block */
#define multiply_add_high(sum, a, pair, lane) vmlal_high_lane_s16(sum, a, pair, lane)
#else
#define EIGHTS 1
#define multiply_add_high(sum, a, pair, lane) vmlal_lane_s16(sum, vget_high_s16(a), pair, lane)
#endif
#define HELD_PAIRS 4

/* Adds the products of 8 positions with a pair of components, in the first two lanes. */
static inline void add_products(int32x4_t sum[2], int16x8x2_t inputs, int16x4_t pair) {
  sum[0] = vmlal_lane_s16(sum[0], vget_low_s16(inputs.val[0]), pair, 0);
  sum[1] = multiply_add_high(sum[1], inputs.val[0], pair, 0);
  sum[0] = vmlal_lane_s16(sum[0], vget_low_s16(inputs.val[1]), pair, 1);
  sum[1] = multiply_add_high(sum[1], inputs.val[1], pair, 1);
}

/*
 * A block of positions; `pairs` is a constant where this is inlined for common sizes, whose inputs stay in
 * registers. Narrowing rounds, so that sums start from nothing.
 */
ALWAYS_INLINE void build_block(const int pairs, const int16_t* inputs, ptrdiff_t pair_stride,
                               const int16_t* codewords, int sub_codewords, int16_t* table,
                               ptrdiff_t table_stride) {
  int16x8x2_t held[HELD_PAIRS][EIGHTS];
  for (int q = 0; q < pairs && q < HELD_PAIRS; q++) {
    for (int e = 0; e < EIGHTS; e++) {
      held[q][e] = vld2q_s16(inputs + q * pair_stride + 16 * e);
    }
  }
  for (int k = 0; k < sub_codewords; k++) {
    int32x4_t sum[EIGHTS][2];
    for (int e = 0; e < EIGHTS; e++) {
      sum[e][0] = vdupq_n_s32(0);
      sum[e][1] = vdupq_n_s32(0);
    }
#pragma GCC unroll 4
    for (int q = 0; q < pairs; q++) {
      int32_t both;
      memcpy(&both, codewords + ((ptrdiff_t)k * pairs + q) * 2, sizeof both);
      const int16x4_t pair = vreinterpret_s16_s32(vdup_n_s32(both));
      for (int e = 0; e < EIGHTS; e++) {
        add_products(sum[e],
                     q < HELD_PAIRS ? held[q][e] : vld2q_s16(inputs + q * pair_stride + 16 * e),
                     pair);
      }
    }
    for (int e = 0; e < EIGHTS; e++) {
      vst1q_s16(table + k * table_stride + 8 * e,
                vcombine_s16(vrshrn_n_s32(sum[e][0], 16), vrshrn_n_s32(sum[e][1], 16)));
    }
  }
}

typedef int16_t table_entry;
typedef int16_t input_value;
typedef int16_t codeword_value;
#define BUILD_PARTS(pairs) (pairs)
#define BUILD_POSITIONS (8 * EIGHTS)
#include "kernels/lookup_build.h"

static void finish(const int16_t* sums, int count, float scale, float bias, float floor,
                   float* out) {
  const float32x4_t floors = vdupq_n_f32(floor);
  int whole = count / 4 * 4;
  for (int i = 0; i < whole; i += 4) {
    float32x4_t value = vcvtq_f32_s32(vmovl_s16(vld1_s16(sums + i)));
    value = vaddq_f32(vmulq_n_f32(value, scale), vdupq_n_f32(bias));
    /* A maximum would keep what is no number, which other instruction sets and the rest of a row do not. */
    vst1q_f32(out + i, vbslq_f32(vcgtq_f32(value, floors), value, floors));
  }
  if (whole < count) {
    qcnn_lookup_kernels_scalar.finish(sums + whole, count - whole, scale, bias, floor, out + whole);
  }
}

#ifdef __aarch64__

/* Tables are kept as bytes, low bytes then high bytes, 64 entries to four registers. */
static int table_entries(int sub_codewords) {
  return (sub_codewords + 63) / 64 * 64;
}

static int gather_table_bytes(int sub_codewords) {
  return 2 * table_entries(sub_codewords);
}

static void gather_store_table(const int16_t* entries, int sub_codewords, void* table) {
  uint8_t* bytes = table;
  memset(bytes, 0, (size_t)gather_table_bytes(sub_codewords));
  for (int k = 0; k < sub_codewords; k++) {
    bytes[k] = (uint8_t)entries[k];
    bytes[table_entries(sub_codewords) + k] = (uint8_t)((uint16_t)entries[k] >> 8);
  }
}

static inline uint8x16x4_t load64(const uint8_t* bytes) {
  uint8x16x4_t table = {
      {vld1q_u8(bytes), vld1q_u8(bytes + 16), vld1q_u8(bytes + 32), vld1q_u8(bytes + 48)}};
  return table;
}

static inline uint8x16x2_t load32(const uint8_t* bytes) {
  uint8x16x2_t table = {{vld1q_u8(bytes), vld1q_u8(bytes + 16)}};
  return table;
}

/* Joins low and high bytes to 16 entries and adds them to 16 sums. */
static inline void add_entries(int16_t* sums, uint8x16_t low, uint8x16_t high) {
  int16x8_t first = vreinterpretq_s16_u8(vzip1q_u8(low, high));
  int16x8_t second = vreinterpretq_s16_u8(vzip2q_u8(low, high));
  vst1q_s16(sums, vqaddq_s16(vld1q_s16(sums), first));
  vst1q_s16(sums + 8, vqaddq_s16(vld1q_s16(sums + 8), second));
}

static void gather32(const uint8_t* tables, const uint8_t* codes, int subspaces, int outputs,
                     int16_t* sums) {
  for (int m = 0; m < subspaces; m++) {
    uint8x16x2_t low = load32(tables);
    uint8x16x2_t high = load32(tables + 64);
    for (int o = 0; o < outputs; o += 16) {
      uint8x16_t code = vld1q_u8(codes + o);
      add_entries(sums + o, vqtbl2q_u8(low, code), vqtbl2q_u8(high, code));
    }
    tables += 128;
    codes += outputs;
  }
}

static void gather_any(const uint8_t* tables, int entries, const uint8_t* codes, int subspaces,
                       int outputs, int16_t* sums) {
  for (int m = 0; m < subspaces; m++) {
    for (int o = 0; o < outputs; o += 16) {
      uint8x16_t code = vld1q_u8(codes + o);
      uint8x16_t low = vqtbl4q_u8(load64(tables), code);
      uint8x16_t high = vqtbl4q_u8(load64(tables + entries), code);
      for (int first = 64; first < entries; first += 64) {
        /* An index beyond the 64 entries leaves what is there. */
        code = vsubq_u8(code, vdupq_n_u8(64));
        low = vqtbx4q_u8(low, load64(tables + first), code);
        high = vqtbx4q_u8(high, load64(tables + entries + first), code);
      }
      add_entries(sums + o, low, high);
    }
    tables += 2 * entries;
    codes += outputs;
  }
}

static void gather(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                   int outputs, bool past_caches, int16_t* sums) {
  (void)past_caches;
  memset(sums, 0, (size_t)outputs * sizeof(int16_t));
  if (sub_codewords <= 32) {
    gather32(tables, codes, subspaces, outputs, sums);
  } else {
    gather_any(tables, table_entries(sub_codewords), codes, subspaces, outputs, sums);
  }
}

#else

/* armhf's table look-ups reach 32 bytes only; plain loads serve until they measure too slow. */
static int gather_table_bytes(int sub_codewords) {
  return qcnn_lookup_kernels_scalar.gather_table_bytes(sub_codewords);
}

static void gather_store_table(const int16_t* entries, int sub_codewords, void* table) {
  qcnn_lookup_kernels_scalar.gather_store_table(entries, sub_codewords, table);
}

static void gather(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                   int outputs, bool past_caches, int16_t* sums) {
  qcnn_lookup_kernels_scalar.gather(tables, sub_codewords, codes, subspaces, outputs, past_caches,
                                    sums);
}

#endif

const qcnn_lookup_kernels qcnn_lookup_kernels_neon = {
    .quantize_pairs = quantize_pairs,
    .build_table = build_table,
    .accumulate = accumulate,
    .finish = finish,
    .gather_outputs = 128,
    .gather_table_bytes = gather_table_bytes,
    .gather_store_table = gather_store_table,
    .gather = gather,
};
