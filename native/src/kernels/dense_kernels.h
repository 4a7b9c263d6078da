/* The inner loops of dense layers: one table of functions per instruction set. */
#ifndef QCNN_DENSE_KERNELS_H
#define QCNN_DENSE_KERNELS_H

#include <stdint.h>

#include "cpu.h"

/* Tiles are cut in units that the vectors and rows of every instruction set divide. */
#define QCNN_DENSE_COLUMN_UNIT 16
#define QCNN_DENSE_ROW_UNIT 8
#define QCNN_DENSE_MAX_VECTORS 3

/* Where the sums of a call of multiply begin and end. */
typedef struct {
  const float* start; /* [row]; or NULL: they begin with `begin` */
  const float* begin; /* [row][column], rows as far apart as those of the panel */
  float floor;        /* what is smaller becomes this; -infinity leaves all as they are */
  float* end;         /* [row][column], may be `begin` */
  int64_t end_stride; /* floats from row to row */
} qcnn_dense_sums;

/*
 * end[row][column] = max(begin + sum over k of weights[k][row] * panel[k][column], floor), for
 * 0 <= k < depth, all rows of a kernel and the columns of 1, 2 or 3 vectors. Rows of the panel are
 * `stride` floats apart. Cost: depth * rows * vectors multiply-adds, depth * (rows + vectors) loads.
 */
typedef void qcnn_dense_multiply(int32_t depth, const float* weights, const float* panel,
                                 int32_t stride, const qcnn_dense_sums* sums);

/* output[i] = input[i * step], 0 <= i < n and n > 0; reads nothing behind the last of them. */
typedef void qcnn_dense_copy(const float* input, int32_t step, float* output, int32_t n);

/* The sum of a[i] * b[i] for 0 <= i < n, in an order of its own. */
typedef float qcnn_dense_dot(const float* a, const float* b, int32_t n);

/*
 * sums[i] = start + sum over t of weights[t] * values[offsets[t] + i], for 0 <= i < n and up to
 * QCNN_DENSE_COLUMN_UNIT - 1 elements more, which must exist but may hold anything.
 */
typedef void qcnn_dense_depthwise(int32_t taps, const float* weights, const int32_t* offsets,
                                  float start, const float* values, float* sums, int32_t n);

typedef struct {
  int32_t rows;        /* filters per call of multiply; divides QCNN_DENSE_ROW_UNIT */
  int32_t lanes;       /* floats in a vector; divides QCNN_DENSE_COLUMN_UNIT */
  int32_t vectors;     /* the most vectors of one call */
  int32_t depth_block; /* depth * vectors * lanes floats of the panel should stay in the L1 cache */
  qcnn_dense_multiply* multiply[QCNN_DENSE_MAX_VECTORS]; /* [v - 1] is for v vectors */
  qcnn_dense_dot* dot;
  qcnn_dense_depthwise* depthwise;
  qcnn_dense_copy* copy;
} qcnn_dense_kernels;

extern const qcnn_dense_kernels qcnn_dense_scalar;
#if defined(QCNN_HAS_X86)
extern const qcnn_dense_kernels qcnn_dense_avx2;
extern const qcnn_dense_kernels qcnn_dense_avx512;
#elif defined(QCNN_HAS_ARM)
extern const qcnn_dense_kernels qcnn_dense_neon;
#endif

/* The kernels of an instruction set, or NULL if it is not compiled in. Does not ask the CPU. */
const qcnn_dense_kernels* qcnn_dense_kernels_for(int64_t isa);

#endif
