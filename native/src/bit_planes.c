#include "qcnn.h"

/* The codes 8 * byte ... 8 * byte + 7, each in a byte of the result, the first one lowest. */
static inline uint64_t eight_codes(const uint8_t* planes, int32_t plane_count, int64_t plane_bytes,
                                   int64_t byte) {
  uint64_t codes = 0;
  for (int32_t plane = 0; plane < plane_count; plane++) {
    /* Byte i of the product keeps only bit i; adding 127 then brings it to the top of the byte. */
    uint64_t copies = planes[plane * plane_bytes + byte] * UINT64_C(0x0101010101010101);
    uint64_t bits = (copies & UINT64_C(0x8040201008040201)) + UINT64_C(0x7f7f7f7f7f7f7f7f);
    codes |= (bits >> 7 & UINT64_C(0x0101010101010101)) << plane;
  }
  return codes;
}

/* Writes the lowest bytes; compilers make one store of eight. */
static inline void store(uint64_t bytes, int32_t count, uint8_t* out) {
  for (int32_t i = 0; i < count; i++) {
    out[i] = (uint8_t)(bytes >> (8 * i));
  }
}

int32_t qcnn_unpack_bit_planes(const uint8_t* planes, int32_t plane_count, int32_t count,
                               uint8_t* codes) {
  if (plane_count < 1 || plane_count > 8 || count < 0) {
    return QCNN_BAD_SHAPE;
  }
  int64_t plane_bytes = ((int64_t)count + 7) / 8;
  int64_t whole = count / 8;
  for (int64_t byte = 0; byte < whole; byte++) {
    store(eight_codes(planes, plane_count, plane_bytes, byte), 8, codes + 8 * byte);
  }
  if (whole < plane_bytes) {
    store(eight_codes(planes, plane_count, plane_bytes, whole), count % 8, codes + 8 * whole);
  }
  return QCNN_OK;
}
