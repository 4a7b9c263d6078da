/* Codebooks and assignments from the forms in which files keep them. */
#include <string.h>

#include "qcnn.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "codes are written eight at a time, lowest byte first"
#endif

/* For each value of a byte, its bits in a byte each, the lowest one first in memory. */
static void spread_bits(uint64_t spread[256]) {
  for (uint64_t value = 0; value < 256; value++) {
    /* Byte i of the product keeps only bit i; adding 127 then brings it to the top of the byte. */
    uint64_t copies = value * UINT64_C(0x0101010101010101);
    uint64_t bits = (copies & UINT64_C(0x8040201008040201)) + UINT64_C(0x7f7f7f7f7f7f7f7f);
    spread[value] = bits >> 7 & UINT64_C(0x0101010101010101);
  }
}

/* The codes 8 * byte ... 8 * byte + 7, each in a byte of the result, the first one lowest, which is first in memory. */
static inline uint64_t eight_codes(const uint64_t spread[256], const uint8_t* planes,
                                   int32_t plane_count, int64_t plane_bytes, int64_t byte) {
  uint64_t codes = spread[planes[byte]];
  for (int32_t plane = 1; plane < plane_count; plane++) {
    codes |= spread[planes[plane * plane_bytes + byte]] << plane;
  }
  return codes;
}

int32_t qcnn_unpack_bit_planes(const uint8_t* planes, int32_t plane_count, int32_t count,
                               uint8_t* codes) {
  if (plane_count < 1 || plane_count > 8 || count < 0) {
    return QCNN_BAD_SHAPE;
  }
  uint64_t spread[256];
  spread_bits(spread);
  int64_t plane_bytes = ((int64_t)count + 7) / 8;
  int64_t whole = count / 8;
  for (int64_t byte = 0; byte < whole; byte++) {
    uint64_t eight = eight_codes(spread, planes, plane_count, plane_bytes, byte);
    memcpy(codes + 8 * byte, &eight, 8);
  }
  if (whole < plane_bytes) {
    uint64_t rest = eight_codes(spread, planes, plane_count, plane_bytes, whole);
    memcpy(codes + 8 * whole, &rest, (size_t)(count % 8));
  }
  return QCNN_OK;
}

static inline float half_to_float(uint16_t half) {
  uint32_t magnitude = half & 0x7fffu;
  uint32_t sign = (half & 0x8000u) << 16;
  /* Read as a float the exponent is 112 too small, for normal and subnormal numbers alike. */
  uint32_t bits = magnitude << 13;
  float value;
  memcpy(&value, &bits, sizeof value);
  value *= 0x1p112f;
  memcpy(&bits, &value, sizeof bits);
  bits |= magnitude >= 0x7c00u ? 0x7f800000u : 0; /* infinite or not a number */
  bits |= sign;
  memcpy(&value, &bits, sizeof value);
  return value;
}

int32_t qcnn_halves_to_floats(const uint16_t* halves, int32_t count, float* floats) {
  if (count < 0) {
    return QCNN_BAD_SHAPE;
  }
  for (int32_t i = 0; i < count; i++) {
    floats[i] = half_to_float(halves[i]);
  }
  return QCNN_OK;
}

int32_t qcnn_scaled_bytes_to_floats(const int8_t* bytes, int32_t shared, const float* scales,
                                    int32_t parts, int32_t part, float* floats) {
  if (parts < 0 || part < 0) {
    return QCNN_BAD_SHAPE;
  }
  for (int32_t p = 0; p < parts; p++) {
    const int8_t* source = shared ? bytes : bytes + (int64_t)p * part;
    float* target = floats + (int64_t)p * part;
    for (int32_t i = 0; i < part; i++) {
      target[i] = scales[p] * (float)source[i];
    }
  }
  return QCNN_OK;
}
