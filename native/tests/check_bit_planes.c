/* Unpacking of assignments against the definition of bit planes, bit by bit. */
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

int check_bit_planes(const check_options* options) {
  check_begin("bit_planes", options);
  for (int32_t plane_count = 1; plane_count <= 8; plane_count++) {
    for (int32_t count = 0; count < 40; count++) {
      check_one(plane_count, count);
    }
    check_one(plane_count, check_between(1000, 5000));
  }
  check_expect(qcnn_unpack_bit_planes(NULL, 0, 0, NULL) == QCNN_BAD_SHAPE, "no planes");
  check_expect(qcnn_unpack_bit_planes(NULL, 9, 0, NULL) == QCNN_BAD_SHAPE, "nine planes");
  check_expect(qcnn_unpack_bit_planes(NULL, 8, -1, NULL) == QCNN_BAD_SHAPE, "negative count");
  return check_end();
}
