/* Lookup convolutions against the formula, on every instruction set. */
#include <math.h>
#include <string.h>

#include "check_lookup_formula.h"
#include "lookup_layout.h"

static int32_t prepare(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = context;
  return qcnn_lookup_convolution_prepare(&l->shape, l->batch, l->packed, l->input, l->prepared,
                                         first, last);
}

static int32_t run(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = context;
  return qcnn_lookup_convolution_run(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                     l->prepared, l->output, l->scratch, first, last);
}

static void expect_maxima(const check_lookup_layer* l, const float* maxima, int32_t isa) {
  const qcnn_convolution* c = &l->shape.convolution;
  check_expect(check_wrong_maxima(l, QCNN_POOLED_SQUARES, maxima) == 0,
               "%s: pooled outputs differ: %dx%d of %d filters", qcnn_isa_name(isa),
               c->output_height, c->output_width, c->output_channels);
}

static void check_pooled(const check_lookup_layer* l, float response_range, int32_t isa) {
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t rows = c->output_height / 2, columns = c->output_width / 2;
  int64_t maps = (int64_t)l->batch * c->output_channels;
  check_lookup_layer pooled = *l;
  pooled.shape.pooled = QCNN_POOLED_SQUARES;
  int64_t size = qcnn_lookup_convolution_packed_size(&pooled.shape, isa);
  if (c->output_height % 2 != 0 || c->output_width % 2 != 0) {
    check_expect(size == -QCNN_BAD_SHAPE, "%s: pools what it cannot pool", qcnn_isa_name(isa));
    return;
  }
  pooled.packed = check_allocate(size);
  int32_t status =
      qcnn_lookup_convolution_pack(&pooled.shape, isa, l->codebooks, l->codes, 1.0f, response_range,
                                   l->shifts, l->bounds, pooled.packed);
  check_expect(status == QCNN_OK, "%s: packing gives status %d", qcnn_isa_name(isa), status);
  pooled.prepared =
      check_allocate(qcnn_lookup_convolution_prepared_size(&pooled.shape, isa, l->batch));
  pooled.scratch =
      check_allocate(qcnn_lookup_convolution_scratch_size(&pooled.shape, isa, l->batch));
  pooled.output = check_floats(maps * rows * columns);
  check_in_ranges(qcnn_lookup_convolution_prepare_tasks(&pooled.shape), prepare, &pooled);
  if (l->activation.kind > QCNN_ACTIVATION_CLIP) {
    check_expect(run(&pooled, 0, 1) == QCNN_BAD_RANGE,
                 "%s: pools before an activation that may fall", qcnn_isa_name(isa));
  } else {
    const int32_t tasks = qcnn_lookup_convolution_tasks(&pooled.shape, isa, l->batch);
    check_in_ranges(tasks, run, &pooled);
    expect_maxima(l, pooled.output, isa);
    memset(pooled.output, 0xff, (size_t)(maps * rows * columns) * sizeof(float));
    check_expect(run(&pooled, 0, tasks) == QCNN_OK, "%s: all tasks fail", qcnn_isa_name(isa));
    expect_maxima(l, pooled.output, isa);
  }
  check_free(pooled.packed);
  check_free(pooled.prepared);
  check_free(pooled.scratch);
  check_free(pooled.output);
}

/* Shifts up to some largest one, or NULL for 16-bit tables. */
static uint8_t* random_shifts(const qcnn_lookup_convolution* shape) {
  if (shape->table_bits == 16) {
    return NULL;
  }
  int32_t largest = check_between(0, 8);
  uint8_t* shifts = check_allocate(shape->subspaces);
  check_random_codes(shifts, shape->subspaces, largest + 1);
  return shifts;
}

/* Makes the codewords of some subspaces far smaller than those of others: more fractional bits. */
static void spread_codebooks(const qcnn_lookup_convolution* shape, float* codebooks) {
  int64_t size = (int64_t)shape->sub_codewords * shape->sub_codeword_size;
  for (int32_t m = 0; m < shape->subspaces; m++) {
    float scale = ldexpf(1.0f, -check_below(10));
    for (int64_t i = 0; i < size; i++) {
      codebooks[m * size + i] *= scale;
    }
  }
}

/* Makes most components far smaller than the largest, as those of trained codebooks are. */
static void draw_inwards(const qcnn_lookup_convolution* shape, float* codebooks) {
  int64_t values = (int64_t)shape->subspaces * shape->sub_codewords * shape->sub_codeword_size;
  for (int64_t i = 0; i < values; i++) {
    codebooks[i] *= codebooks[i] * codebooks[i];
  }
}

static void check_layer(const qcnn_lookup_convolution* shape, int32_t batch, int32_t isas) {
  const qcnn_convolution* c = &shape->convolution;
  int64_t inputs = (int64_t)batch * c->input_channels * c->input_height * c->input_width;
  int64_t outputs = (int64_t)batch * c->output_channels * c->output_height * c->output_width;
  int64_t words = (int64_t)shape->subspaces * shape->sub_codewords;
  int64_t codes =
      (int64_t)c->output_channels * c->kernel_height * c->kernel_width * shape->subspaces;
  check_lookup_layer l = {.shape = *shape, .batch = batch, .activation = check_random_activation()};
  l.codebooks = check_random_floats(words * shape->sub_codeword_size, CHECK_UNIFORM);
  if (check_below(2) == 0) {
    draw_inwards(shape, l.codebooks);
  }
  l.bias = check_random_floats(c->output_channels, CHECK_UNIFORM);
  l.input = check_random_floats(inputs, CHECK_UNIFORM);
  check_spoil(l.input, inputs);
  l.codes = check_allocate(codes);
  check_random_codes(l.codes, codes, shape->sub_codewords);
  /* A small response range makes sums saturate. */
  float response_range = check_below(4) == 0 ? 0.3f : 20.0f;
  l.shifts = random_shifts(shape);
  if (shape->operand_bits == 16) {
    l.s = check_find_scales(l.codebooks, shape->subspaces, shape->sub_codewords,
                            shape->sub_codeword_size, 1.0f, response_range);
  } else {
    l.bounds = check_random_bounds(shape);
    l.subspaces = check_allocate(shape->subspaces * (int64_t)sizeof *l.subspaces);
    if (l.shifts == NULL) {
      spread_codebooks(shape, l.codebooks);
      check_find_operand_scales(shape, l.codebooks, l.bounds, response_range, l.subspaces, &l.s);
    } else {
      check_find_byte_scales(shape, l.codebooks, l.shifts, l.bounds, response_range, l.subspaces,
                             &l.s);
    }
  }
  l.responses = check_find_responses(&l);
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) == 0) {
      continue;
    }
    l.prepared = check_allocate(qcnn_lookup_convolution_prepared_size(shape, isa, batch));
    l.scratch = check_allocate(qcnn_lookup_convolution_scratch_size(shape, isa, batch));
    l.output = check_floats(outputs);
    l.packed = check_allocate(qcnn_lookup_convolution_packed_size(shape, isa));
    int32_t status = qcnn_lookup_convolution_pack(shape, isa, l.codebooks, l.codes, 1.0f,
                                                  response_range, l.shifts, l.bounds, l.packed);
    check_expect(status == QCNN_OK, "%s: packing gives status %d", qcnn_isa_name(isa), status);
    check_in_ranges(qcnn_lookup_convolution_prepare_tasks(shape), prepare, &l);
    const int32_t tasks = qcnn_lookup_convolution_tasks(shape, isa, batch);
    check_in_ranges(tasks, run, &l);
    check_compare_lookup(&l, qcnn_isa_name(isa));
    /* In one call two halves may be done as one. */
    memset(l.output, 0xff, (size_t)outputs * sizeof(float));
    check_expect(run(&l, 0, tasks) == QCNN_OK, "%s: all tasks fail", qcnn_isa_name(isa));
    check_compare_lookup(&l, qcnn_isa_name(isa));
    check_pooled(&l, response_range, isa);
    check_free(l.packed);
    check_free(l.output);
    check_free(l.prepared);
    check_free(l.scratch);
  }
  check_free(l.responses);
  check_free(l.codebooks);
  check_free(l.bias);
  check_free(l.input);
  check_free(l.codes);
  if (l.shifts != NULL) {
    check_free(l.shifts);
  }
  if (l.bounds != NULL) {
    check_free(l.bounds);
    check_free(l.subspaces);
  }
}

/* Tiles of positions hold pairs of rows, or do not pool: here 16-bit entries of 256 sub-codewords. */
static void check_wide_pools(void) {
  qcnn_lookup_convolution shape = {
      {4, 2, 300, 1, 2, 300, 1, 1, 1, 1, 0, 0, 1, 1, 1}, 1, 256, 4, 16, 16, 1, 0};
  int64_t size = qcnn_lookup_convolution_scratch_size(&shape, QCNN_ISA_SCALAR, 1);
  check_expect(size > 0, "two rows of 300 are not pooled: %lld", (long long)size);
  shape.convolution.input_width = shape.convolution.output_width = 2000;
  size = qcnn_lookup_convolution_scratch_size(&shape, QCNN_ISA_SCALAR, 1);
  check_expect(size == -QCNN_BAD_SHAPE, "two rows of 2000 are pooled: %lld", (long long)size);
}

/* Taps that reach far down, where counts of tables could leave an int. */
static void check_far_taps(int32_t isas) {
  const qcnn_lookup_convolution shapes[] = {
      {{4, 44000001, 3, 1, 1, 1, 3, 3, 1, 1, 0, 0, 22000000, 1, 1}, 4, 1, 1, 8, 8, 0, 0},
      {{4, 131262, 64, 16, 62, 62, 3, 3, 1, 1, 0, 0, 65600, 1, 1}, 4, 256, 1, 8, 8, 0, 0},
  };
  for (int i = 0; i < (int)(sizeof shapes / sizeof *shapes); i++) {
    for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
      if ((isas >> isa & 1) != 0) {
        const int64_t positions = qcnn_lookup_convolution_table_positions(&shapes[i], isa);
        const int64_t size = qcnn_lookup_convolution_scratch_size(&shapes[i], isa, 1);
        check_expect(positions > 0 && size > 0, "%s: far taps give %lld positions, %lld bytes",
                     qcnn_isa_name(isa), (long long)positions, (long long)size);
      }
    }
  }
}

static void check_refusals(void) {
  qcnn_lookup_convolution shape = {
      {8, 6, 6, 4, 6, 6, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 16, 4, 16, 16, 0, 0};
  float* codebooks = check_random_floats(2 * 16 * 4, CHECK_UNIFORM);
  uint8_t* codes = check_allocate(4 * 9 * 2);
  check_random_codes(codes, 4 * 9 * 2, 16);
  void* packed = check_allocate(qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR));
  codes[17] = 16;
  int32_t status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, codebooks, codes, 1, 1,
                                                NULL, NULL, packed);
  check_expect(status == QCNN_BAD_RANGE, "a code beyond the codebook gives status %d", status);
  codes[17] = 15;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, codebooks, codes, 0, 1, NULL, NULL,
                                        packed);
  check_expect(status == QCNN_BAD_RANGE, "an input range of 0 gives status %d", status);
  codebooks[3] = NAN;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, codebooks, codes, 1, 1, NULL, NULL,
                                        packed);
  check_expect(status == QCNN_BAD_RANGE, "a codeword that is NaN gives status %d", status);
  codebooks[3] = 0;
  const uint8_t shifts[2] = {0, 9};
  shape.table_bits = 8;
  shape.operand_bits = 8;
  void* byte_packed = check_allocate(qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR));
  float bounds[4] = {0, 1, -1, 1};
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, codebooks, codes, 1, 1, shifts,
                                        bounds, byte_packed);
  check_expect(status == QCNN_BAD_RANGE, "a table shift too large gives status %d", status);
  const uint8_t small_shifts[2] = {0, 5};
  bounds[2] = 0.5f;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, codebooks, codes, 1, 1,
                                        small_shifts, bounds, byte_packed);
  check_expect(status == QCNN_BAD_RANGE, "input bounds without 0 give status %d", status);
  shape.table_bits = 16;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, codebooks, codes, 1, 1, NULL,
                                        bounds, byte_packed);
  check_expect(status == QCNN_BAD_RANGE, "bounds of 8-bit operands without 0 give status %d",
               status);
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, codebooks, codes, 1, 1, NULL, NULL,
                                        byte_packed);
  check_expect(status == QCNN_BAD_RANGE, "8-bit operands without bounds give status %d", status);
  check_free(byte_packed);
  shape.table_bits = 8;
  shape.operand_bits = 16;
  int64_t mixed_size = qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR);
  check_expect(mixed_size == -QCNN_BAD_SHAPE, "8-bit tables of 16-bit operands give size %lld",
               (long long)mixed_size);
  shape.table_bits = 4;
  int64_t bits_size = qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR);
  check_expect(bits_size == -QCNN_BAD_SHAPE, "4-bit tables give size %lld", (long long)bits_size);
  shape.table_bits = 16;
  shape.subspaces = 3;
  int64_t size = qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR);
  check_expect(size == -QCNN_BAD_SHAPE, "a subspace too many gives size %lld", (long long)size);
  int32_t tasks = qcnn_lookup_convolution_tasks(&shape, QCNN_ISA_SCALAR, 1);
  check_expect(tasks == -QCNN_BAD_SHAPE, "a subspace too many gives %d tasks", tasks);
  /* One pixel amid 511 of padding on each axis: every group has as many tasks as 2^18 positions. */
  const qcnn_lookup_convolution many = {
      {8192, 1, 1, 8192, 1, 1, 2, 2, 1, 1, 0, 0, 511, 511, 8192}, 1, 16, 1, 16, 16, 0, 0};
  tasks = qcnn_lookup_convolution_tasks(&many, QCNN_ISA_SCALAR, 512);
  check_expect(tasks == -QCNN_BAD_SHAPE, "more tasks than an int holds give %d", tasks);
  check_free(packed);
  check_free(codes);
  check_free(codebooks);
}

/* Whether kernels for tables in lines are built into the library. */
static bool has_lines(void) {
  return qcnn_line_kernels_for(QCNN_ISA_AVX2) != NULL;
}

/* Draws a layer whose lines have one slot with AVX2, or several (2); or whose tables are not in lines (0). */
static qcnn_lookup_convolution random_line_shape(int32_t slots) {
  qcnn_lookup_convolution shape;
  qcnn_lookup_layout layout;
  int tries = 0;
  do {
    shape = check_random_line_shape();
    layout.slots = 0;
    qcnn_lookup_layout_of(&shape, QCNN_ISA_AVX2, 1, &layout);
  } while (has_lines() && qcnn_min(layout.slots, 2) != slots && tries++ < 1000);
  check_expect(!has_lines() || qcnn_min(layout.slots, 2) == slots, "no layer's lines have %d slots",
               slots);
  return shape;
}

/* Tables in lines: several rows to a line, one, and what does not fit. Without lines these are layers like others. */
static void check_lines(int32_t isas) {
  const int layers = has_lines() ? 36 : 9;
  for (int i = 0; i < layers; i++) {
    const qcnn_lookup_convolution shape = random_line_shape(i % 3);
    const qcnn_convolution* c = &shape.convolution;
    const int64_t look_ups = (int64_t)c->output_channels * c->output_height * c->output_width *
                             c->kernel_height * c->kernel_width * shape.subspaces;
    check_layer(&shape, look_ups > 1000000 ? 1 : check_between(1, 3), isas);
  }
}

int check_lookup_convolution(const check_options* options) {
  check_begin("lookup_convolution", options);
  for (int i = 0; i < 150; i++) {
    qcnn_lookup_convolution shape = check_random_lookup_shape();
    check_layer(&shape, check_between(1, 3), options->isas);
  }
  /* Several tiles, strips of all widths, and the strides of a first layer. */
  const qcnn_lookup_convolution large[] = {
      {{16, 40, 70, 3, 40, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 128, 8, 16, 16, 0, 0},
      {{16, 40, 70, 3, 40, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 128, 8, 8, 8, 0, 0},
      {{3, 59, 59, 5, 13, 13, 11, 11, 4, 4, 0, 0, 1, 1, 1}, 1, 128, 3, 16, 16, 0, 0},
      {{3, 59, 59, 5, 13, 13, 11, 11, 4, 4, 0, 0, 1, 1, 1}, 1, 128, 3, 8, 8, 0, 0},
      {{8, 9, 230, 2, 9, 230, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 256, 8, 16, 16, 0, 0},
      {{8, 9, 230, 2, 9, 230, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 256, 8, 8, 8, 0, 0},
      {{8, 9, 90, 3, 9, 90, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 100, 8, 8, 8, 0, 0},
      {{12, 7, 60, 640, 7, 60, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 128, 6, 8, 8, 0, 0},
      {{10, 9, 30, 700, 5, 15, 3, 3, 2, 2, 1, 1, 1, 1, 1}, 2, 64, 5, 8, 8, 0, 0},
      {{12, 5, 150, 256, 5, 150, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 3, 128, 4, 8, 8, 0, 0},
      {{12, 10, 150, 130, 10, 150, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 3, 128, 4, 8, 8, 0, 0},
      {{6, 18, 12, 192, 18, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 64, 6, 8, 8, 0, 0},
      {{12, 7, 60, 640, 7, 60, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 128, 6, 16, 16, 0, 0},
      {{10, 9, 30, 700, 5, 15, 3, 3, 2, 2, 1, 1, 1, 1, 1}, 2, 64, 5, 16, 16, 0, 0},
      {{12, 5, 150, 256, 5, 150, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 3, 100, 4, 16, 16, 0, 0},
      {{12, 10, 150, 130, 10, 150, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 6, 48, 2, 16, 16, 0, 0},
      {{12, 10, 150, 180, 10, 150, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 128, 12, 16, 16, 0, 0},
      {{6, 18, 11, 192, 18, 11, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 64, 6, 16, 16, 0, 0},
      /* Rows that are quantized in several pieces, and a stride beyond a piece. */
      {{6, 5, 700, 3, 3, 350, 3, 3, 2, 2, 1, 1, 1, 1, 1}, 2, 32, 4, 8, 8, 0, 0},
      {{6, 5, 700, 3, 3, 350, 3, 3, 2, 2, 1, 1, 1, 1, 1}, 2, 32, 4, 16, 16, 0, 0},
      {{12, 9, 1000, 130, 3, 200, 3, 5, 3, 5, 0, 2, 1, 3, 2}, 2, 64, 4, 8, 8, 0, 0},
      {{5, 3, 2000, 70, 3, 7, 1, 2, 1, 300, 0, 10, 1, 7, 1}, 1, 16, 5, 16, 16, 0, 0},
      /* Maps a multiple of 4 KB apart. */
      {{8, 32, 32, 130, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 64, 8, 16, 16, 0, 0},
      {{8, 16, 128, 70, 16, 128, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 128, 8, 8, 8, 0, 0},
      /* Several tiles of tables in lines, where there are such. */
      {{7, 28, 28, 380, 28, 28, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 4, 128, 2, 16, 16, 0, 0},
      {{4, 26, 58, 205, 26, 58, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 4, 128, 1, 8, 8, 0, 0},
  };
  for (int i = 0; i < (int)(sizeof large / sizeof *large); i++) {
    check_layer(&large[i], 1 + i % 2, options->isas);
    qcnn_lookup_convolution of_bytes = large[i];
    of_bytes.operand_bits = 8;
    /* A few: they take long in an emulator. */
    if (large[i].table_bits == 16 && i % 4 == 0) {
      check_layer(&of_bytes, 1 + i % 2, options->isas);
    }
  }
  check_lines(options->isas);
  check_far_taps(options->isas);
  check_refusals();
  check_wide_pools();
  return check_end();
}
