/* Decoding of what files keep, against the definitions of bit planes and half floats. */
#include <math.h>

#include "check.h"

static void check_one(int32_t plane_count, int32_t count) {
  int64_t plane_bytes = (count + 7) / 8;
  uint8_t* planes = check_allocate(plane_bytes * plane_count);
  uint8_t* codes = check_allocate(count);
  for (int64_t i = 0; i < plane_bytes * plane_count; i++) {
    planes[i] = (uint8_t)check_below(256); /* the unused last bits as well */
  }
  int32_t status = qcnn_unpack_bit_planes(planes, plane_count, count, codes);
  check_expect(status == QCNN_OK, "status %d", status);
  for (int32_t i = 0; i < count; i++) {
    int32_t expected = 0;
    for (int32_t plane = 0; plane < plane_count; plane++) {
      expected |= (planes[plane * plane_bytes + i / 8] >> (i % 8) & 1) << plane;
    }
    check_expect(codes[i] == expected, "code %d of %d with %d planes: %d, not %d", i, count,
                 plane_count, codes[i], expected);
  }
  check_free(codes);
  check_free(planes);
}

static double half_value(int32_t bits) {
  int32_t exponent = bits >> 10 & 31;
  int32_t fraction = bits & 1023;
  double magnitude = exponent == 0    ? ldexp(fraction, -24)
                     : exponent == 31 ? (fraction == 0 ? HUGE_VAL : nan(""))
                                      : ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 != 0 ? -magnitude : magnitude;
}

static void check_halves(void) {
  enum { ALL = 1 << 16 };
  uint16_t* halves = check_allocate(ALL * (int64_t)sizeof *halves);
  float* floats = check_floats(ALL);
  for (int32_t i = 0; i < ALL; i++) {
    halves[i] = (uint16_t)i;
  }
  int32_t status = qcnn_halves_to_floats(halves, ALL, floats);
  check_expect(status == QCNN_OK, "status %d", status);
  for (int32_t i = 0; i < ALL; i++) {
    double expected = half_value(i);
    bool same = isnan(expected) ? isnan(floats[i]) : (double)floats[i] == expected;
    check_expect(same && (isnan(expected) || (signbit(floats[i]) != 0) == (signbit(expected) != 0)),
                 "half float %x: %g, not %g", (unsigned)i, (double)floats[i], expected);
  }
  check_free(floats);
  check_free(halves);
}

static void check_scaled_bytes(int32_t shared) {
  enum { PARTS = 3, PART = 37 };
  int8_t* bytes = check_allocate(PARTS * PART);
  float* scales = check_random_floats(PARTS, CHECK_UNIFORM);
  float* floats = check_floats(PARTS * PART);
  for (int32_t i = 0; i < PARTS * PART; i++) {
    bytes[i] = (int8_t)check_between(-128, 127);
  }
  int32_t status = qcnn_scaled_bytes_to_floats(bytes, shared, scales, PARTS, PART, floats);
  check_expect(status == QCNN_OK, "status %d", status);
  for (int32_t i = 0; i < PARTS * PART; i++) {
    float expected = scales[i / PART] * (float)bytes[shared ? i % PART : i];
    check_expect(floats[i] == expected, "number %d: %g, not %g", i, (double)floats[i],
                 (double)expected);
  }
  check_free(floats);
  check_free(scales);
  check_free(bytes);
}

int check_stored_weights(const check_options* options) {
  check_begin("stored_weights", options);
  for (int32_t plane_count = 1; plane_count <= 8; plane_count++) {
    for (int32_t count = 0; count < 40; count++) {
      check_one(plane_count, count);
    }
    check_one(plane_count, check_between(1000, 5000));
  }
  check_halves();
  check_scaled_bytes(0);
  check_scaled_bytes(1);
  check_expect(qcnn_scaled_bytes_to_floats(NULL, 0, NULL, -1, 1, NULL) == QCNN_BAD_SHAPE,
               "negative parts");
  check_expect(qcnn_unpack_bit_planes(NULL, 0, 0, NULL) == QCNN_BAD_SHAPE, "no planes");
  check_expect(qcnn_unpack_bit_planes(NULL, 9, 0, NULL) == QCNN_BAD_SHAPE, "nine planes");
  check_expect(qcnn_unpack_bit_planes(NULL, 8, -1, NULL) == QCNN_BAD_SHAPE, "negative count");
  return check_end();
}
