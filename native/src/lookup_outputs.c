#include "lookup_outputs.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "shape.h"

int64_t qcnn_packed_code_bytes(int32_t subspaces, int32_t codes_of_word) {
  return codes_of_word == 0 ? subspaces : 2 * (int64_t)qcnn_parts(subspaces, codes_of_word);
}

/* Transposes a square of 8 x 8 bytes, rows of which lie `stride` and `out_stride` bytes apart. */
static void transpose_square(const uint8_t* in, ptrdiff_t stride, uint8_t* out,
                             ptrdiff_t out_stride) {
  static const uint64_t low[] = {0x00ff00ff00ff00ff, 0x0000ffff0000ffff, 0x00000000ffffffff};
  uint64_t rows[8];
  for (int32_t i = 0; i < 8; i++) {
    memcpy(&rows[i], in + i * stride, 8);
  }
  for (int32_t step = 0; step < 3; step++) {
    int32_t distance = 1 << step;
    for (int32_t i = 0; i < 8; i++) {
      if ((i & distance) == 0) {
        uint64_t* other = &rows[i + distance];
        uint64_t swapped = ((rows[i] >> (8 * distance)) ^ *other) & low[step];
        *other ^= swapped;
        rows[i] ^= swapped << (8 * distance);
      }
    }
  }
  for (int32_t i = 0; i < 8; i++) {
    memcpy(out + i * out_stride, &rows[i], 8);
  }
}

/*
 * Writes the codes of some subspaces and up to `width` outputs, which lie `stride` bytes apart, as bytes
 * [subspace][output]; those not present get code 0.
 */
static void pack_bytes(const uint8_t* codes, ptrdiff_t stride, int32_t subspaces, int32_t present,
                       int32_t width, uint8_t* out) {
  int32_t squares = subspaces / 8 * 8;
  for (int32_t o = 0; o < width; o += 8) {
    bool whole = o + 8 <= present;
    for (int32_t m = 0; whole && m < squares; m += 8) {
      transpose_square(codes + o * stride + m, stride, out + (ptrdiff_t)m * width + o, width);
    }
    for (int32_t m = whole ? squares : 0; m < subspaces; m++) {
      for (int32_t i = o; i < o + 8; i++) {
        out[(ptrdiff_t)m * width + i] = i < present ? codes[i * stride + m] : 0;
      }
    }
  }
}

/*
 * Makes words of the codes of as many subspaces, [subspace][output]. A shift by a variable number would keep compilers
 * from using vectors on some processors; a factor does not.
 */
static void pack_words(const uint8_t* codes, int32_t subspaces, int32_t width, int32_t bits,
                       uint16_t* restrict out) {
  for (int32_t o = 0; o < width; o++) {
    out[o] = codes[o];
  }
  for (int32_t m = 1; m < subspaces; m++) {
    const uint8_t* next = codes + (ptrdiff_t)m * width;
    const uint16_t factor = (uint16_t)(1 << (bits * m));
    for (int32_t o = 0; o < width; o++) {
      out[o] = (uint16_t)(out[o] | next[o] * factor);
    }
  }
}

void qcnn_pack_outputs(const uint8_t* codes, int32_t subspaces, int32_t present, int32_t width,
                       int32_t codes_of_word, uint8_t* out) {
  if (codes_of_word == 0) {
    pack_bytes(codes, subspaces, subspaces, present, width, out);
    return;
  }
  /* Whole words and whole squares of 8 x 8 codes: 8 words are 24 or 32 subspaces. */
  uint8_t bytes[8 * QCNN_MOST_CODES_OF_WORD * QCNN_MOST_OUTPUTS];
  int32_t chunk = 8 * codes_of_word;
  for (int32_t first = 0; first < subspaces; first += chunk) {
    int32_t count = qcnn_min(chunk, subspaces - first);
    pack_bytes(codes + first, subspaces, count, present, width, bytes);
    for (int32_t m = 0; m < count; m += codes_of_word) {
      pack_words(bytes + m * width, qcnn_min(codes_of_word, count - m), width,
                 qcnn_code_bits(codes_of_word), (uint16_t*)(void*)out);
      out += 2 * width;
    }
  }
}
