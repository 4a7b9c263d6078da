/*
 * The check program's tools, in the manner of dav1d's checkasm: random data from a seed, buffers
 * with guards around them, a count of what was compared. One thread only.
 */
#ifndef QCNN_CHECK_H
#define QCNN_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qcnn.h"

typedef struct {
  int32_t isas; /* bit i: check instruction set i */
  bool bench;   /* time typical calls, too */
  uint64_t seed;
} check_options;

/* The families: each compares its kernels, prints a line and returns the number of failures. */
int check_stored_weights(const check_options* options);
int check_convolution(const check_options* options);
int check_fully_connected(const check_options* options);
int check_pooling(const check_options* options);
int check_operators(const check_options* options);
int check_lookup_tables(const check_options* options);
int check_lookup_convolution(const check_options* options);
int check_lookup_handover(const check_options* options);
int check_products(const check_options* options);
int check_lookup_fully_connected(const check_options* options);

/* Starts a family: resets the random numbers and the counts. */
void check_begin(const char* family, const check_options* options);

/* Counts a comparison; the message of a failed one is printed. */
void check_expect(bool ok, const char* format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the line of the family and returns the number of failures. */
int check_end(void);

/* Random numbers: 0 <= result < limit, and low <= result <= high. */
uint32_t check_below(uint32_t limit);
int32_t check_between(int32_t low, int32_t high);

typedef enum {
  CHECK_UNIFORM,  /* -1 to 1 */
  CHECK_SPREAD,   /* any sign, 2^-24 to 2^24 */
  CHECK_HUGE,     /* +-1e15: sums of products are still finite */
  CHECK_DENORMAL, /* too small to be normal numbers, many zeros */
  CHECK_DATA_KINDS,
} check_data;

void check_fill(float* values, int64_t n, check_data kind);

/*
 * A buffer aligned to 64 bytes, filled with NaNs, with guards around it that check_free compares;
 * with AddressSanitizer, reading them is an error as well. Zero bytes give a buffer with guards only.
 */
void* check_allocate(int64_t bytes);
float* check_floats(int64_t n);
float* check_random_floats(int64_t n, check_data kind);
void check_free(void* buffer);

/* A random activation, and its value at x in double precision. */
qcnn_activation check_random_activation(void);
double check_activate(const qcnn_activation* activation, double x);

/* No activation here amplifies an error more than this. */
#define CHECK_ACTIVATION_SLOPE 1.5

/* The rounding unit of float. */
#define CHECK_UNIT 0x1p-24

/*
 * Cuts the tasks into ranges and calls run(context, first, last) for each, not in ascending order.
 * run returns a status; all must be QCNN_OK.
 */
void check_in_ranges(int32_t tasks, int32_t (*run)(void* context, int32_t first, int32_t last),
                     void* context);

/* The seconds one call of run(context, 0, tasks) takes: the best of several. */
double check_time(int32_t tasks, int32_t (*run)(void* context, int32_t first, int32_t last),
                  void* context);

#endif
