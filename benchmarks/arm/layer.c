/*
 * layer WAY CHANNELS FILTERS KERNEL EXTENT SUB_CODEWORD_SIZE SUB_CODEWORDS [RUNS]
 *
 * Runs one convolution (stride 1, same padding, one image, one thread) between count_begin() and
 * count_end(), where the plugin count.c counts instructions. WAY is
 *   lookup8, lookup16, lookup16-8  through the engine's lookup convolution with tables of so many bits, the last
 *           ones of 8-bit operands, quantization of the input and finishing of the output included;
 *   dense   through the engine's dense convolution;
 *   sgemm   as im2col and OpenBLAS.
 * Prints the way's variant and a checksum of the output. Weights and codes are random, codebooks normally
 * distributed, as weights are: how many sub-codewords are narrow depends on it.
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qcnn.h"

char* openblas_get_corename(void);

/* What lies between calls of these is counted. */
__attribute__((noinline)) void count_begin(void) {
  __asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) void count_end(void) {
  __asm__ volatile("" ::: "memory");
}

static void check(int64_t status, const char* what) {
  if (status != QCNN_OK) {
    fprintf(stderr, "%s: status %lld\n", what, (long long)status);
    exit(1);
  }
}

static void* allocate(int64_t bytes) {
  if (bytes < 0) {
    check(-bytes, "size");
  }
  void* memory = aligned_alloc(64, ((size_t)bytes + 127) / 64 * 64);
  if (memory == NULL) {
    perror("memory");
    exit(1);
  }
  return memory;
}

static float* random_floats(int64_t count, float scale) {
  static uint32_t state = 1;
  float* values = allocate(count * (int64_t)sizeof(float));
  for (int64_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    values[i] = ((float)(state >> 8) / 8388608.0f - 1.0f) * scale;
  }
  return values;
}

/* Sums of twelve uniform numbers are close to normally distributed. */
static float* random_codebooks(int64_t count, float scale) {
  float* values = allocate(count * (int64_t)sizeof(float));
  float* uniform = random_floats(12 * count, scale / 2);
  for (int64_t i = 0; i < count; i++) {
    values[i] = 0;
    for (int j = 0; j < 12; j++) {
      values[i] += uniform[12 * i + j];
    }
  }
  free(uniform);
  return values;
}

typedef struct {
  qcnn_convolution shape;
  int32_t taps, plane;
  float* input;
  float* bias;
  float* output;
  int runs;
} layer;

static const qcnn_activation relu = {QCNN_ACTIVATION_RELU, 0, 0};

/* The last instruction set that this processor has contains the others. */
static int32_t best_isa(void) {
  int32_t isa = QCNN_ISA_COUNT - 1;
  while (isa > 0 && !(qcnn_supported_isas() >> isa & 1)) {
    isa--;
  }
  return isa;
}

static void run_lookup(const layer* l, int32_t size, int32_t words, int32_t table_bits,
                       int32_t operand_bits) {
  qcnn_lookup_convolution shape = {
      l->shape, (l->shape.input_channels + size - 1) / size, words, size, table_bits, operand_bits,
      0, 0};
  int32_t isa = best_isa();
  float* codebooks = random_codebooks((int64_t)shape.subspaces * words * size, 0.03f);
  int64_t count = (int64_t)l->shape.output_channels * l->taps * shape.subspaces;
  uint8_t* codes = allocate(count);
  for (int64_t i = 0; i < count; i++) {
    codes[i] = (uint8_t)(rand() % words);
  }
  uint8_t* shifts = allocate(shape.subspaces);
  memset(shifts, 2, (size_t)shape.subspaces);
  float* bounds = allocate(2 * shape.subspaces * (int64_t)sizeof(float));
  for (int32_t m = 0; m < shape.subspaces; m++) {
    bounds[2 * m] = -1.0f;
    bounds[2 * m + 1] = 1.0f;
  }
  void* packed = allocate(qcnn_lookup_convolution_packed_size(&shape, isa));
  check(qcnn_lookup_convolution_pack(&shape, isa, codebooks, codes, 1.0f, 12.0f,
                                     table_bits == 8 ? shifts : NULL,
                                     operand_bits == 8 ? bounds : NULL, packed),
        "pack");
  void* prepared = allocate(qcnn_lookup_convolution_prepared_size(&shape, isa, 1));
  void* scratch = allocate(qcnn_lookup_convolution_scratch_size(&shape, isa, 1));
  for (int i = 0; i < l->runs; i++) {
    count_begin();
    int32_t status = qcnn_lookup_convolution_prepare(&shape, 1, packed, l->input, prepared, 0,
                                                     qcnn_lookup_convolution_prepare_tasks(&shape));
    check(status, "prepare");
    status = qcnn_lookup_convolution_run(&shape, 1, packed, l->bias, &relu, prepared, l->output,
                                         scratch, 0, qcnn_lookup_convolution_tasks(&shape, isa, 1));
    count_end();
    check(status, "run");
  }
  printf("%s", qcnn_isa_name(isa));
}

static void run_dense(const layer* l) {
  const qcnn_convolution* shape = &l->shape;
  int32_t isa = best_isa();
  float* weights =
      random_floats((int64_t)shape->output_channels * shape->input_channels * l->taps, 0.05f);
  void* packed = allocate(qcnn_convolution_packed_size(shape, isa));
  check(qcnn_convolution_pack(shape, isa, weights, packed), "pack");
  void* scratch = allocate(qcnn_convolution_scratch_size(shape, isa));
  for (int i = 0; i < l->runs; i++) {
    count_begin();
    int32_t status = qcnn_convolution_run(shape, 1, packed, l->bias, &relu, l->input, l->output,
                                          scratch, 0, qcnn_convolution_tasks(shape, 1));
    count_end();
    check(status, "run");
  }
  printf("%s", qcnn_isa_name(isa));
}

/* Rows are [channel][tap], columns are output positions. */
static void im2col(const qcnn_convolution* shape, const float* input, float* columns) {
  int32_t height = shape->output_height;
  int32_t width = shape->output_width;
  for (int32_t c = 0; c < shape->input_channels; c++) {
    for (int32_t y = 0; y < shape->kernel_height; y++) {
      for (int32_t x = 0; x < shape->kernel_width; x++) {
        int32_t shift = x - shape->pad_left;
        int32_t first = shift < 0 ? -shift : 0;
        int32_t last = shift > 0 ? width - shift : width;
        for (int32_t row = 0; row < height; row++, columns += width) {
          int32_t from = row + y - shape->pad_top;
          memset(columns, 0, (size_t)width * sizeof(float));
          if (from >= 0 && from < height) {
            memcpy(columns + first, input + ((int64_t)c * height + from) * width + first + shift,
                   (size_t)(last - first) * sizeof(float));
          }
        }
      }
    }
  }
}

static void run_sgemm(const layer* l) {
  const qcnn_convolution* shape = &l->shape;
  int32_t depth = shape->input_channels * l->taps;
  int32_t filters = shape->output_channels;
  float* weights = random_floats((int64_t)filters * depth, 0.05f);
  float* columns = allocate((int64_t)depth * l->plane * (int64_t)sizeof(float));
  float one = 1;
  float result = 0;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &one, 1, &one, 1, 0, &result,
              1); /* whatever OpenBLAS does once only */
  for (int i = 0; i < l->runs; i++) {
    count_begin();
    im2col(shape, l->input, columns);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, filters, l->plane, depth, 1, weights,
                depth, columns, l->plane, 0, l->output, l->plane);
    for (int32_t f = 0; f < filters; f++) {
      float* row = l->output + (int64_t)f * l->plane;
      for (int32_t p = 0; p < l->plane; p++) {
        float value = row[p] + l->bias[f];
        row[p] = value > 0 ? value : 0;
      }
    }
    count_end();
  }
  printf("%s", openblas_get_corename());
}

int main(int count, char** arguments) {
  if (count < 8) {
    fprintf(stderr,
            "usage: layer lookup8|lookup16|lookup16-8|dense|sgemm CHANNELS FILTERS KERNEL EXTENT"
            " SUB_CODEWORD_SIZE SUB_CODEWORDS [RUNS]\n");
    return 2;
  }
  int32_t channels = atoi(arguments[2]);
  int32_t filters = atoi(arguments[3]);
  int32_t kernel = atoi(arguments[4]);
  int32_t extent = atoi(arguments[5]);
  layer l = {
      .shape = {channels, extent, extent, filters, extent, extent, kernel, kernel, 1, 1, kernel / 2,
                kernel / 2, 1, 1, 1},
      .taps = kernel * kernel,
      .plane = extent * extent,
      .runs = count > 8 ? atoi(arguments[8]) : 1,
  };
  l.input = random_floats((int64_t)channels * l.plane, 1.0f);
  l.bias = random_floats(filters, 0.1f);
  l.output = random_floats((int64_t)filters * l.plane, 0.0f);
  if (strncmp(arguments[1], "lookup", 6) == 0) {
    const int32_t table_bits = atoi(arguments[1] + 6);
    const int32_t operand_bits = strcmp(arguments[1], "lookup16-8") == 0 ? 8 : table_bits;
    run_lookup(&l, atoi(arguments[6]), atoi(arguments[7]), table_bits, operand_bits);
  } else if (strcmp(arguments[1], "dense") == 0) {
    run_dense(&l);
  } else {
    run_sgemm(&l);
  }
  double sum = 0;
  for (int64_t i = 0; i < (int64_t)filters * l.plane; i++) {
    sum += (double)l.output[i];
  }
  printf(" %.6g\n", sum);
  return 0;
}
