/* The 64 bytes at the start of every packed blob: for whom and for which layer it was packed. */
#ifndef QCNN_PACKED_H
#define QCNN_PACKED_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "qcnn.h"

typedef struct {
  uint32_t magic; /* one per family */
  uint32_t abi;
  uint32_t isa;
  uint32_t shape_hash;
  int64_t size;         /* of the whole blob in bytes */
  float scales[4];      /* free for the family */
  uint32_t past_caches; /* 1: weights are better read past the caches, or 0 */
  uint32_t reserved[5];
} qcnn_packed_header;

static_assert(sizeof(qcnn_packed_header) == 64, "what follows the header must stay aligned");

/* Bytes rounded up so that what follows them is aligned to 64 bytes. */
static inline int64_t qcnn_align(int64_t bytes) {
  return (bytes + 63) / 64 * 64;
}

/* The largest of some codes; without a way out of the loop, so that it becomes one of vectors. */
static inline int32_t qcnn_largest_code(const uint8_t* codes, int64_t count) {
  uint8_t largest = 0;
  for (int64_t i = 0; i < count; i++) {
    largest = codes[i] > largest ? codes[i] : largest;
  }
  return largest;
}

/* FNV-1a over the bytes of the shape. */
static inline uint32_t qcnn_shape_hash(const int32_t* shape, int shape_ints) {
  const unsigned char* bytes = (const unsigned char*)shape;
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < (size_t)shape_ints * sizeof *shape; i++) {
    hash = (hash ^ bytes[i]) * 16777619u;
  }
  return hash;
}

/* Writes the header; scales and reserved space become zero. */
static inline void qcnn_packed_begin(void* packed, uint32_t magic, int32_t isa,
                                     const int32_t* shape, int shape_ints, int64_t size) {
  qcnn_packed_header header = {
      .magic = magic,
      .abi = QCNN_ABI_VERSION,
      .isa = (uint32_t)isa,
      .shape_hash = qcnn_shape_hash(shape, shape_ints),
      .size = size,
  };
  memcpy(packed, &header, sizeof header);
}

/*
 * QCNN_OK if this library packed the blob for this shape. The instruction set is then below
 * QCNN_ISA_COUNT; the caller still has to see whether it has kernels for it.
 */
static inline int32_t qcnn_packed_verify(const void* packed, uint32_t magic, const int32_t* shape,
                                         int shape_ints) {
  qcnn_packed_header header;
  memcpy(&header, packed, sizeof header);
  bool same = header.magic == magic && header.abi == QCNN_ABI_VERSION &&
              header.isa < QCNN_ISA_COUNT &&
              header.shape_hash == qcnn_shape_hash(shape, shape_ints);
  return same ? QCNN_OK : QCNN_BAD_PACKED;
}

#endif
