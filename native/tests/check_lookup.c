/*
 * The lookup layers against the formula of qcnn.h, computed output by output in plain integers: every
 * instruction set must give the very same bits, whatever the input (huge values, NaN, infinities) and
 * however much saturates.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

/* Scales and integers as qcnn.h defines them, written down anew. */
typedef struct {
  float input, codeword, output;
} scales;

static scales find_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                          float input_range, float response_range) {
  scales s;
  s.input = (float)(32767.0 / (2.0 * input_range));
  double scale = 32767.0 / (2.0 * response_range) * 65536.0 / s.input;
  for (int64_t w = 0; w < (int64_t)subspaces * words; w++) {
    double word = 0;
    for (int32_t d = 0; d < size; d++) {
      double value = fabs((double)codebooks[w * size + d]);
      word += value;
      scale = fmin(scale, 32767.0 / value);
    }
    scale = fmin(scale, (65534.0 - size) / word);
  }
  s.codeword = (float)scale;
  s.output = (float)(65536.0 / ((double)s.input * (double)s.codeword));
  return s;
}

static int32_t quantize_input(float value, float scale) {
  float scaled = value * scale;
  if (isnan(scaled)) {
    return 0;
  }
  return (int32_t)rintf(fminf(32767.0f, fmaxf(-32767.0f, scaled)));
}

/* The scales of one subspace with 8-bit tables. */
typedef struct {
  float input, codeword;
  int32_t zero;
} byte_scales;

static void find_byte_scales(const qcnn_lookup_convolution* shape, const float* codebooks,
                             const uint8_t* shifts, const float* bounds, float response_range,
                             byte_scales* out, scales* layer) {
  double scale = 32767.0 / (2.0 * response_range); /* units of the sum for a response of 1 */
  int32_t components = shape->sub_codewords * shape->sub_codeword_size;
  for (int32_t m = 0; m < shape->subspaces; m++) {
    double low = bounds[2 * m];
    double high = bounds[2 * m + 1];
    out[m].input = (float)(255.0 / (high - low));
    out[m].zero = (int32_t)fmin(rint(-low * out[m].input), 255.0) - 128;
    double component = 0;
    for (int32_t i = 0; i < components; i++) {
      double value = fabs((double)codebooks[m * components + i]);
      component = value > component ? value : component;
    }
    scale = fmin(scale, 127.0 / (256.0 * component / ((double)out[m].input * (1 << shifts[m]))));
  }
  for (int32_t m = 0; m < shape->subspaces; m++) {
    out[m].codeword = (float)(256.0 * scale / ((double)out[m].input * (1 << shifts[m])));
  }
  int32_t smallest = 8;
  for (int32_t m = 0; m < shape->subspaces; m++) {
    smallest = shifts[m] < smallest ? shifts[m] : smallest;
  }
  layer->output = (float)((1 << smallest) / scale);
}

static int32_t saturate8(int32_t value) {
  return value > 127 ? 127 : value < -128 ? -128 : value;
}

static int32_t saturate(int32_t value) {
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value;
}

static int32_t greatest_common_divisor(int32_t a, int32_t b) {
  return b == 0 ? a : greatest_common_divisor(b, a % b);
}

typedef struct {
  qcnn_lookup_convolution shape;
  int32_t batch;
  float *codebooks, *bias, *input, *output, *pooled;
  uint8_t *codes, *shifts; /* shifts are NULL with 16-bit tables */
  float* bounds;           /* with 8-bit tables */
  byte_scales* subspaces;  /* the same */
  void *packed, *prepared, *scratch;
  qcnn_activation activation;
  scales s;
} layer;

/* An input and a component of a codeword as integers, multiplied; relative to the input's zero. */
static int64_t product(const layer* l, int32_t m, float value, float component) {
  if (l->shifts == NULL) {
    return (int64_t)quantize_input(value, l->s.input) *
           (int64_t)rint((double)component * l->s.codeword);
  }
  const byte_scales* scale = &l->subspaces[m];
  float scaled = value * scale->input;
  float bounded = fminf((float)(127 - scale->zero), fmaxf((float)(-128 - scale->zero), scaled));
  int64_t x = isnan(scaled) ? 0 : (int64_t)rintf(bounded);
  return x * (int64_t)rint((double)component * scale->codeword);
}

/* One table entry: the inner product of a sub-codeword with the input under one kernel tap. */
static int32_t entry(const layer* l, int32_t image, int32_t filter, int32_t m, int32_t y, int32_t x,
                     int32_t ky, int32_t kx) {
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t iy = y * c->stride_height - c->pad_top + ky * c->dilation_height;
  int32_t ix = x * c->stride_width - c->pad_left + kx * c->dilation_width;
  int32_t channels = c->input_channels / c->groups;
  int32_t group = filter / (c->output_channels / c->groups);
  int64_t tap = ((int64_t)filter * c->kernel_height + ky) * c->kernel_width + kx;
  int32_t code = l->codes[tap * l->shape.subspaces + m];
  int64_t sum = l->shifts == NULL ? 1 << 15 : 1 << 7;
  for (int32_t d = 0; d < l->shape.sub_codeword_size; d++) {
    int32_t channel = m * l->shape.sub_codeword_size + d;
    if (channel >= channels || iy < 0 || iy >= c->input_height || ix < 0 || ix >= c->input_width) {
      continue;
    }
    int64_t plane = (int64_t)image * c->input_channels + group * channels + channel;
    float value = l->input[(plane * c->input_height + iy) * c->input_width + ix];
    float word =
        l->codebooks[((int64_t)m * l->shape.sub_codewords + code) * l->shape.sub_codeword_size + d];
    sum += product(l, m, value, word);
  }
  return l->shifts == NULL ? (int32_t)(sum >> 16) : saturate8((int32_t)(sum >> 8));
}

/* The sum of one subspace and one phase of the stride, whose first tap is (py, px). */
typedef struct {
  int32_t sum;   /* with 16-bit tables: what `before` becomes */
  int32_t pairs; /* of taps */
} phase_sum;

static phase_sum sum_phase(const layer* l, int32_t before, int32_t image, int32_t filter, int32_t m,
                           int32_t y, int32_t x, int32_t py, int32_t px) {
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t down = c->stride_height / greatest_common_divisor(c->stride_height, c->dilation_height);
  int32_t right = c->stride_width / greatest_common_divisor(c->stride_width, c->dilation_width);
  int32_t taps = 0;
  int32_t waiting = 0; /* the first tap of a pair */
  int32_t partial = 0;
  for (int32_t ky = py; ky < c->kernel_height; ky += down) {
    for (int32_t kx = px; kx < c->kernel_width; kx += right) {
      int32_t next = entry(l, image, filter, m, y, x, ky, kx);
      if (l->shifts == NULL) {
        before = saturate(before + next);
      } else if (taps++ % 2 == 0) {
        waiting = next;
      } else {
        partial += saturate8(waiting + next);
      }
    }
  }
  partial += taps % 2 != 0 ? waiting : 0;
  return (phase_sum){l->shifts == NULL ? before : partial, (taps + 1) / 2};
}

/* The response while it is added up. With 8-bit tables a chunk of phase sums has yet to be added. */
typedef struct {
  int32_t sum, chunk, pairs, limit;
} response_sum;

static int32_t limited(int32_t value, int32_t limit) {
  return value > limit ? limit : value < -limit ? -limit : value;
}

static void end_chunk(response_sum* response) {
  response->sum = limited(response->sum + response->chunk, response->limit);
  response->chunk = 0;
  response->pairs = 0;
}

/* Adds all phases of one subspace. */
static void add_subspace(const layer* l, response_sum* response, int32_t image, int32_t filter,
                         int32_t m, int32_t y, int32_t x) {
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t down = c->stride_height / greatest_common_divisor(c->stride_height, c->dilation_height);
  int32_t right = c->stride_width / greatest_common_divisor(c->stride_width, c->dilation_width);
  for (int32_t py = 0; py < down && py < c->kernel_height; py++) {
    for (int32_t px = 0; px < right && px < c->kernel_width; px++) {
      phase_sum next = sum_phase(l, response->sum, image, filter, m, y, x, py, px);
      if (l->shifts == NULL) {
        response->sum = next.sum;
        continue;
      }
      if (py == 0 && px == 0) { /* no phase has more taps */
        response->limit = 32767 - 128 * (next.pairs > 24 ? next.pairs : 24);
      }
      if (response->pairs + next.pairs > 24) {
        end_chunk(response);
      }
      response->chunk += next.sum;
      response->pairs += next.pairs;
    }
  }
}

static float expected(const layer* l, int32_t image, int32_t filter, int32_t y, int32_t x) {
  response_sum response = {0, 0, 0, 32767};
  bool begun = false;
  for (int32_t shift = 8; shift >= 0; shift--) {
    for (int32_t m = 0; m < l->shape.subspaces; m++) {
      if (l->shifts == NULL ? shift == 0 : l->shifts[m] == shift) {
        add_subspace(l, &response, image, filter, m, y, x);
        begun = true;
      }
    }
    bool more = false;
    for (int32_t m = 0; m < l->shape.subspaces && l->shifts != NULL; m++) {
      more |= l->shifts[m] < shift;
    }
    if (begun && l->shifts != NULL) {
      end_chunk(&response);
      response.sum = more ? limited(2 * response.sum, response.limit) : response.sum;
    }
  }
  return (float)response.sum * l->s.output + l->bias[filter];
}

static int32_t prepare(void* context, int32_t first, int32_t last) {
  layer* l = context;
  return qcnn_lookup_convolution_prepare(&l->shape, l->batch, l->packed, l->input, l->prepared,
                                         first, last);
}

static int32_t run(void* context, int32_t first, int32_t last) {
  layer* l = context;
  return qcnn_lookup_convolution_run(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                     l->prepared, l->output, l->scratch, first, last);
}

/* Bits must agree for the exact activations; a sigmoid may differ in the last place. */
static bool same(const qcnn_activation* activation, float response, float actual) {
  float exact = (float)check_activate(activation, response);
  if (activation->kind <= QCNN_ACTIVATION_RELU) {
    return exact == actual;
  }
  return fabsf(exact - actual) <= 4 * (float)CHECK_UNIT * (fabsf(exact) + 1);
}

static void compare(const layer* l, const char* isa) {
  const qcnn_convolution* c = &l->shape.convolution;
  const float* actual = l->output;
  int64_t wrong = 0;
  for (int32_t n = 0; n < l->batch; n++) {
    for (int32_t f = 0; f < c->output_channels; f++) {
      for (int32_t y = 0; y < c->output_height; y++) {
        for (int32_t x = 0; x < c->output_width; x++) {
          wrong += !same(&l->activation, expected(l, n, f, y, x), *actual++);
        }
      }
    }
  }
  check_expect(wrong == 0,
               "%s: %lld outputs differ: batch %d of %dx%dx%d, kernel %dx%d, stride %dx%d, pad "
               "%d,%d, dilation %dx%d, groups %d, to %d, Cs' %d, K %d, %d-bit tables",
               isa, (long long)wrong, l->batch, c->input_channels, c->input_height, c->input_width,
               c->kernel_height, c->kernel_width, c->stride_height, c->stride_width, c->pad_top,
               c->pad_left, c->dilation_height, c->dilation_width, c->groups, c->output_channels,
               l->shape.sub_codeword_size, l->shape.sub_codewords, l->shape.table_bits);
}

static int32_t run_pooled(void* context, int32_t first, int32_t last) {
  layer* l = context;
  return qcnn_lookup_convolution_run_pooled(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                            l->prepared, l->pooled, l->scratch, first, last);
}

/* Pooled outputs are the largest of every square of the others, which l->output has. */
static void check_pooled(layer* l, int32_t isa) {
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t rows = c->output_height / 2, columns = c->output_width / 2;
  int64_t maps = (int64_t)l->batch * c->output_channels;
  int32_t tasks = qcnn_lookup_convolution_tasks(&l->shape, isa, l->batch);
  if (qcnn_lookup_convolution_filter_blocks(&l->shape, isa) == 0 || c->output_height % 2 != 0 ||
      c->output_width % 2 != 0) {
    check_expect(run_pooled(l, 0, tasks) == QCNN_BAD_SHAPE, "%s: pools what it cannot pool",
                 qcnn_isa_name(isa));
    return;
  }
  l->pooled = check_floats(maps * rows * columns);
  check_in_ranges(tasks, run_pooled, l);
  int64_t wrong = 0;
  for (int64_t i = 0; i < maps * rows * columns; i++) {
    const float* square = l->output + i / columns * 2 * c->output_width + i % columns * 2;
    float above = fmaxf(square[0], square[1]);
    float below = fmaxf(square[c->output_width], square[c->output_width + 1]);
    wrong += l->pooled[i] != fmaxf(above, below);
  }
  check_expect(wrong == 0, "%s: %lld pooled outputs differ: %dx%d of %d filters",
               qcnn_isa_name(isa), (long long)wrong, c->output_height, c->output_width,
               c->output_channels);
  check_free(l->pooled);
}

static void random_codes(uint8_t* codes, int64_t n, int32_t words) {
  for (int64_t i = 0; i < n; i++) {
    codes[i] = (uint8_t)check_below((uint32_t)words);
  }
}

/* Shifts up to some largest one, or NULL for 16-bit tables. */
static uint8_t* random_shifts(const qcnn_lookup_convolution* shape) {
  if (shape->table_bits == 16) {
    return NULL;
  }
  int32_t largest = check_between(0, 8);
  uint8_t* shifts = check_allocate(shape->subspaces);
  random_codes(shifts, shape->subspaces, largest + 1);
  return shifts;
}

/* What inputs from -1 to 1 may be quantized within: all of them, fewer, only positive ones, ... */
static float* random_bounds(const qcnn_lookup_convolution* shape) {
  float* bounds = check_floats(2 * (int64_t)shape->subspaces);
  for (int32_t m = 0; m < shape->subspaces; m++) {
    bounds[2 * m] = (float)check_between(-4, 0) / 4;
    bounds[2 * m + 1] = (float)check_between(bounds[2 * m] < 0 ? 0 : 1, 8) / 8;
  }
  return bounds;
}

/* Some inputs are what a broken network gives. */
static void spoil(float* values, int64_t n) {
  const float odd[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f, -0.0f};
  for (int i = 0; i < 6; i++) {
    values[check_below((uint32_t)n)] = odd[i];
  }
}

static qcnn_lookup_convolution random_shape(void) {
  qcnn_lookup_convolution shape;
  qcnn_convolution* c = &shape.convolution;
  c->groups = check_below(3) == 0 ? 2 : 1;
  int32_t channels = check_between(1, 17);
  c->input_channels = channels * c->groups;
  /* Many filters lie in lanes where the instruction set can. */
  c->output_channels =
      (check_below(4) == 0 ? check_between(48, 200) : check_between(1, 9)) * c->groups;
  c->kernel_height = check_between(1, 5);
  c->kernel_width = check_between(1, 5);
  c->stride_height = check_between(1, 4);
  c->stride_width = check_between(1, 4);
  c->dilation_height = check_between(1, 2);
  c->dilation_width = check_between(1, 3);
  c->pad_top = check_between(0, 3);
  c->pad_left = check_between(0, 3);
  c->output_height = check_between(1, 14);
  c->output_width = check_between(1, 40);
  int32_t bottom = check_between(0, 2);
  int32_t rows = (c->output_height - 1) * c->stride_height +
                 (c->kernel_height - 1) * c->dilation_height + 1 - c->pad_top - bottom;
  int32_t columns = (c->output_width - 1) * c->stride_width +
                    (c->kernel_width - 1) * c->dilation_width + 1 - c->pad_left;
  c->input_height = rows < 1 ? 1 : rows;
  c->input_width = columns < 1 ? 1 : columns;
  shape.sub_codeword_size = check_between(1, channels);
  shape.subspaces = (channels + shape.sub_codeword_size - 1) / shape.sub_codeword_size;
  shape.sub_codewords = check_below(2) == 0 ? check_between(1, 256) : check_between(1, 32);
  shape.table_bits = check_below(2) == 0 ? 8 : 16;
  return shape;
}

static void check_layer(const qcnn_lookup_convolution* shape, int32_t batch, int32_t isas) {
  const qcnn_convolution* c = &shape->convolution;
  int64_t inputs = (int64_t)batch * c->input_channels * c->input_height * c->input_width;
  int64_t outputs = (int64_t)batch * c->output_channels * c->output_height * c->output_width;
  int64_t words = (int64_t)shape->subspaces * shape->sub_codewords;
  int64_t codes =
      (int64_t)c->output_channels * c->kernel_height * c->kernel_width * shape->subspaces;
  layer l = {.shape = *shape, .batch = batch, .activation = check_random_activation()};
  l.codebooks = check_random_floats(words * shape->sub_codeword_size, CHECK_UNIFORM);
  l.bias = check_random_floats(c->output_channels, CHECK_UNIFORM);
  l.input = check_random_floats(inputs, CHECK_UNIFORM);
  spoil(l.input, inputs);
  l.codes = check_allocate(codes);
  random_codes(l.codes, codes, shape->sub_codewords);
  /* A small response range makes sums saturate. */
  float response_range = check_below(4) == 0 ? 0.3f : 20.0f;
  l.shifts = random_shifts(shape);
  if (l.shifts == NULL) {
    l.s = find_scales(l.codebooks, shape->subspaces, shape->sub_codewords, shape->sub_codeword_size,
                      1.0f, response_range);
  } else {
    l.bounds = random_bounds(shape);
    l.subspaces = check_allocate(shape->subspaces * (int64_t)sizeof *l.subspaces);
    find_byte_scales(shape, l.codebooks, l.shifts, l.bounds, response_range, l.subspaces, &l.s);
  }
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
    check_in_ranges(qcnn_lookup_convolution_tasks(shape, isa, batch), run, &l);
    compare(&l, qcnn_isa_name(isa));
    check_pooled(&l, isa);
    check_free(l.packed);
    check_free(l.output);
    check_free(l.prepared);
    check_free(l.scratch);
  }
  check_free(l.codebooks);
  check_free(l.bias);
  check_free(l.input);
  check_free(l.codes);
  if (l.shifts != NULL) {
    check_free(l.shifts);
    check_free(l.bounds);
    check_free(l.subspaces);
  }
}

static void check_refusals(void) {
  qcnn_lookup_convolution shape = {{8, 6, 6, 4, 6, 6, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 16, 4, 16};
  float* codebooks = check_random_floats(2 * 16 * 4, CHECK_UNIFORM);
  uint8_t* codes = check_allocate(4 * 9 * 2);
  random_codes(codes, 4 * 9 * 2, 16);
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
  check_free(byte_packed);
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
      {8192, 1, 1, 8192, 1, 1, 2, 2, 1, 1, 0, 0, 511, 511, 8192}, 1, 16, 1, 16};
  tasks = qcnn_lookup_convolution_tasks(&many, QCNN_ISA_SCALAR, 512);
  check_expect(tasks == -QCNN_BAD_SHAPE, "more tasks than an int holds give %d", tasks);
  check_free(packed);
  check_free(codes);
  check_free(codebooks);
}

int check_lookup_convolution(const check_options* options) {
  check_begin("lookup_convolution", options);
  for (int i = 0; i < 150; i++) {
    qcnn_lookup_convolution shape = random_shape();
    check_layer(&shape, check_between(1, 3), options->isas);
  }
  /* Several tiles, strips of all widths, and the strides of a first layer. */
  const qcnn_lookup_convolution large[] = {
      {{16, 40, 70, 3, 40, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 128, 8, 16},
      {{16, 40, 70, 3, 40, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 128, 8, 8},
      {{3, 59, 59, 5, 13, 13, 11, 11, 4, 4, 0, 0, 1, 1, 1}, 1, 128, 3, 16},
      {{3, 59, 59, 5, 13, 13, 11, 11, 4, 4, 0, 0, 1, 1, 1}, 1, 128, 3, 8},
      {{8, 9, 230, 2, 9, 230, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 256, 8, 16},
      {{8, 9, 230, 2, 9, 230, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 256, 8, 8},
      {{8, 9, 90, 3, 9, 90, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 100, 8, 8},
      {{12, 7, 60, 640, 7, 60, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 128, 6, 8},
      {{10, 9, 30, 700, 5, 15, 3, 3, 2, 2, 1, 1, 1, 1, 1}, 2, 64, 5, 8},
      {{12, 5, 150, 256, 5, 150, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 3, 128, 4, 8},
      {{12, 10, 150, 130, 10, 150, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 3, 128, 4, 8},
      {{6, 18, 12, 192, 18, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 64, 6, 8},
  };
  for (int i = 0; i < 12; i++) {
    check_layer(&large[i], 1 + i % 2, options->isas);
  }
  check_refusals();
  return check_end();
}

/* ---- Fully-connected layers ------------------------------------------------------------------ */

typedef struct {
  qcnn_lookup_fully_connected shape;
  int32_t batch;
  void *packed, *tables;
  const float *bias, *input;
  float* output;
  qcnn_activation activation;
} vector_layer;

static int32_t build(void* context, int32_t first, int32_t last) {
  vector_layer* l = context;
  return qcnn_lookup_fully_connected_build(&l->shape, l->batch, l->packed, l->input, l->tables,
                                           first, last);
}

static int32_t sum(void* context, int32_t first, int32_t last) {
  vector_layer* l = context;
  return qcnn_lookup_fully_connected_run(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                         l->tables, l->output, first, last);
}

/* A fully-connected layer is a convolution of a 1x1 map: the formula is the one above. */
static void check_vector_layer(const qcnn_lookup_fully_connected* shape, int32_t batch,
                               int32_t isas) {
  int64_t words = (int64_t)shape->subspaces * shape->sub_codewords;
  int64_t code_count = (int64_t)shape->outputs * shape->subspaces;
  layer reference = {
      .shape = {{shape->inputs, 1, 1, shape->outputs, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1},
                shape->subspaces,
                shape->sub_codewords,
                shape->sub_codeword_size,
                16},
      .batch = batch,
      .activation = check_random_activation()};
  reference.codebooks = check_random_floats(words * shape->sub_codeword_size, CHECK_UNIFORM);
  reference.bias = check_random_floats(shape->outputs, CHECK_UNIFORM);
  reference.input = check_random_floats((int64_t)batch * shape->inputs, CHECK_UNIFORM);
  spoil(reference.input, (int64_t)batch * shape->inputs);
  reference.codes = check_allocate(code_count);
  random_codes(reference.codes, code_count, shape->sub_codewords);
  float range = check_below(4) == 0 ? 0.3f : 20.0f;
  reference.s = find_scales(reference.codebooks, shape->subspaces, shape->sub_codewords,
                            shape->sub_codeword_size, 1.0f, range);
  vector_layer l = {.shape = *shape,
                    .batch = batch,
                    .bias = reference.bias,
                    .input = reference.input,
                    .activation = reference.activation};
  l.tables = check_allocate(qcnn_lookup_fully_connected_tables_size(shape, batch));
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) == 0) {
      continue;
    }
    l.output = check_floats((int64_t)batch * shape->outputs);
    l.packed = check_allocate(qcnn_lookup_fully_connected_packed_size(shape, isa));
    int32_t status = qcnn_lookup_fully_connected_pack(shape, isa, reference.codebooks,
                                                      reference.codes, 1.0f, range, l.packed);
    check_expect(status == QCNN_OK, "%s: packing gives status %d", qcnn_isa_name(isa), status);
    check_in_ranges(batch, build, &l);
    check_in_ranges(qcnn_lookup_fully_connected_tasks(shape), sum, &l);
    reference.output = l.output;
    compare(&reference, qcnn_isa_name(isa));
    check_free(l.packed);
    check_free(l.output);
  }
  check_free(reference.codebooks);
  check_free(reference.bias);
  check_free(reference.input);
  check_free(reference.codes);
  check_free(l.tables);
}

int check_lookup_fully_connected(const check_options* options) {
  check_begin("lookup_fully_connected", options);
  for (int i = 0; i < 150; i++) {
    qcnn_lookup_fully_connected shape = {.inputs = check_between(1, 300),
                                         .outputs = check_between(1, 600)};
    shape.sub_codeword_size = check_between(1, shape.inputs < 9 ? shape.inputs : 9);
    shape.subspaces = (shape.inputs + shape.sub_codeword_size - 1) / shape.sub_codeword_size;
    const int32_t words[] = {1, 2, 16, 17, 32, 33, 64, 65, 100, 128, 129, 256};
    shape.sub_codewords = words[check_below(12)];
    check_vector_layer(&shape, check_between(1, 3), options->isas);
  }
  const qcnn_lookup_fully_connected wide = {700, 40, 3, 64, 256};
  check_vector_layer(&wide, 2, options->isas);
  const qcnn_lookup_fully_connected wider = {700, 40, 3, 64, 257};
  int32_t tasks = qcnn_lookup_fully_connected_tasks(&wider);
  check_expect(tasks == -QCNN_BAD_SHAPE, "sub-codewords that are too wide give %d tasks", tasks);
  return check_end();
}
