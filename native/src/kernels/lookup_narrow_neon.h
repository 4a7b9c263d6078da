/*
 * Narrow sub-codewords, for which NEON without the dot product can stay with 16-bit sums: those whose sums fit into
 * 16 bits for all inputs. smlal then adds product to product, and nothing is widened. Of Gaussian components whose
 * largest fills 8 bits, 128 codewords in a subspace, 97 % are narrow with 6 components, 89 % with 8.
 */
#ifndef QCNN_LOOKUP_NARROW_NEON_H
#define QCNN_LOOKUP_NARROW_NEON_H

#include <arm_neon.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NARROW_COMPONENTS 8 /* at most */
#define MOST_CODEWORDS 256  /* K */

/* An entry is ((start + sum of x * d) >> 8) + rest, clamped to 8 bits; the sum has room in 16. */
typedef struct {
  ptrdiff_t row; /* where in the table its entries lie */
  int8_t components[NARROW_COMPONENTS];
  int16_t start;
  int8_t rest;
} narrow_codeword;

typedef struct {
  ptrdiff_t row;
  const int32_t* words; /* where its sums start, and its components */
} wide_codeword;

/* The codewords of a subspace, in two lists. */
typedef struct {
  int narrow_count, wide_count;
  narrow_codeword narrow[MOST_CODEWORDS];
  wide_codeword wide[MOST_CODEWORDS];
} sorted_codewords;

/* The sum of |d|, none of which is -128. */
static inline int sum_of_sizes(int8x8_t components) {
  uint16x4_t fours = vpaddl_u8(vreinterpret_u8_s8(vabs_s8(components)));
  return (int)vget_lane_u64(vpaddl_u32(vpaddl_u16(fours)), 0);
}

/*
 * Takes the codeword that begins at `words` into one of the lists. With -128 <= x <= 127 and |d| of at most 255
 * together, sums from -128 to 127 on stay within 16 bits.
 */
static inline void sort_codeword(sorted_codewords* sorted, const int32_t* words, int size,
                                 ptrdiff_t row) {
  const int32_t rest = (words[0] + 128) >> 8;
  if (size <= NARROW_COMPONENTS && rest >= INT8_MIN && rest <= INT8_MAX) {
    narrow_codeword* narrow = &sorted->narrow[sorted->narrow_count];
    const int32_t second = size > 4 ? words[2] : 0;
    memcpy(narrow->components, words + 1, 4);
    memcpy(narrow->components + 4, &second, 4);
    narrow->row = row;
    narrow->start = (int16_t)(words[0] - rest * 256);
    narrow->rest = (int8_t)rest;
    if (sum_of_sizes(vld1_s8(narrow->components)) <= 255) {
      sorted->narrow_count++;
      return;
    }
  }
  sorted->wide[sorted->wide_count++] = (wide_codeword){row, words};
}

#endif
