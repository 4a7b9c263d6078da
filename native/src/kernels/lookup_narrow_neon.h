/*
 * Narrow sub-codewords, for which NEON without the dot product can stay with 16-bit sums: those whose sums fit into
 * 16 bits for all inputs. smlal then adds product to product, and nothing is widened. Of Gaussian components whose
 * largest fills 8 bits, 128 codewords in a subspace, 97 % are narrow with 6 components, 89 % with 8.
 */
#ifndef QCNN_LOOKUP_NARROW_NEON_H
#define QCNN_LOOKUP_NARROW_NEON_H

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels/lookup_narrow.h"

#define NARROW_COMPONENTS 8 /* at most: they stay in registers */

/* An entry is ((start + sum of x * d) >> fraction_bits) + rest; the sum has room in 16 bits. */
typedef struct {
  ptrdiff_t row; /* where in the table its entries lie */
  int8_t components[NARROW_COMPONENTS];
  int16_t start, rest;
} narrow_codeword;

typedef struct {
  ptrdiff_t row;        /* as above */
  const int32_t* words; /* where its sums start, and four components each */
} wide_codeword;

/* What one call builds from, and the codewords in two lists. */
typedef struct {
  const int8_t* inputs;
  ptrdiff_t quad_stride;
  int pairs; /* of components */
  int fraction_bits;
  void* table;
  int narrow_count, wide_count;
  narrow_codeword narrow[MOST_CODEWORDS];
  wide_codeword wide[MOST_CODEWORDS];
} build;

/* The sum of |d|, none of which is -128. */
static inline int sum_of_sizes(int8x8_t components) {
  uint16x4_t fours = vpaddl_u8(vreinterpret_u8_s8(vabs_s8(components)));
  return (int)vget_lane_u64(vpaddl_u32(vpaddl_u16(fours)), 0);
}

/*
 * Takes a codeword into one of the lists. `rest` of 8-bit tables must have 8 bits, too, so that one addition clamps
 * entries; with 16 bits they have room, and so `rest` may wrap.
 */
static inline void sort_codeword(build* b, int table_bits, int size, const int32_t* words,
                                 ptrdiff_t row) {
  const int32_t unit = 1 << b->fraction_bits;
  const int32_t rest = (words[0] + unit / 2) >> b->fraction_bits;
  const int32_t start = words[0] - rest * unit;
  if (size <= NARROW_COMPONENTS && (table_bits == 16 || rest == (int8_t)rest)) {
    const int32_t second = size > 4 ? words[2] : 0;
    narrow_codeword* narrow = &b->narrow[b->narrow_count];
    memcpy(narrow->components, words + 1, 4);
    memcpy(narrow->components + 4, &second, 4);
    narrow->row = row;
    narrow->start = (int16_t)start;
    narrow->rest = (int16_t)rest;
    if (sum_of_sizes(vld1_s8(narrow->components)) <= largest_sum(start)) {
      b->narrow_count++;
      return;
    }
  }
  b->wide[b->wide_count++] = (wide_codeword){row, words};
}

#endif
