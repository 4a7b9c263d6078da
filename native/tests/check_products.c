/* Convolutions by products against the formula of qcnn.h, bit by bit, on every instruction set. */
#include <math.h>
#include <string.h>

#include "check_lookup_formula.h"

/* A layer, with its numbers as integers. */
typedef struct {
  check_lookup_layer layer;
  int16_t* inputs; /* as the layer has them, without the zero */
  int8_t* weights; /* [filter][tap][channel] */
  float* factors;  /* of the filters */
  int32_t isa;
} products_layer;

static int64_t count_inputs(const check_lookup_layer* l) {
  const qcnn_convolution* c = &l->shape.convolution;
  return (int64_t)l->batch * c->input_channels * c->input_height * c->input_width;
}

static int64_t count_outputs(const check_lookup_layer* l) {
  const qcnn_convolution* c = &l->shape.convolution;
  return (int64_t)l->batch * c->output_channels * c->output_height * c->output_width;
}

/* Inputs are beyond twice that now and then. */
#define INPUT_RANGE 0.4f

static bool has_words(const check_lookup_layer* l) {
  return l->shape.operand_bits == 16;
}

static float input_scale(const check_lookup_layer* l, int32_t m) {
  if (has_words(l)) {
    return (float)(32767.0 / (2.0 * (double)INPUT_RANGE));
  }
  return (float)(255.0 / ((double)l->bounds[2 * m + 1] - (double)l->bounds[2 * m]));
}

static int32_t input_zero(const check_lookup_layer* l, int32_t m) {
  return (int32_t)fmin(rint(-(double)l->bounds[2 * m] * input_scale(l, m)), 255.0) - 128;
}

static void quantize_inputs(products_layer* p) {
  const check_lookup_layer* l = &p->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  const int32_t channels = c->input_channels / c->groups;
  const int64_t map = (int64_t)c->input_height * c->input_width;
  for (int64_t i = 0; i < count_inputs(l); i++) {
    const int32_t m = (int32_t)(i / map % channels) / l->shape.sub_codeword_size;
    const float least = has_words(l) ? -32767.0f : (float)(-128 - input_zero(l, m));
    const float most = has_words(l) ? 32767.0f : (float)(127 - input_zero(l, m));
    const float scaled = l->input[i] * input_scale(l, m);
    const float bounded = fminf(most, fmaxf(least, scaled));
    p->inputs[i] = (int16_t)(isnan(scaled) ? 0 : rintf(bounded));
  }
}

static float weight_of(const check_lookup_layer* l, int64_t tap, int32_t channel) {
  const qcnn_lookup_convolution* shape = &l->shape;
  const int32_t m = channel / shape->sub_codeword_size;
  const int64_t code = l->codes[tap * shape->subspaces + m];
  return l->codebooks[((int64_t)m * shape->sub_codewords + code) * shape->sub_codeword_size +
                      channel % shape->sub_codeword_size];
}

static void quantize_weights(products_layer* p) {
  const check_lookup_layer* l = &p->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  const int32_t channels = c->input_channels / c->groups;
  const int64_t taps = (int64_t)c->kernel_height * c->kernel_width;
  for (int32_t f = 0; f < c->output_channels; f++) {
    double largest = 0;
    for (int64_t i = 0; i < taps * channels; i++) {
      const int32_t channel = (int32_t)(i % channels);
      const double scale = input_scale(l, channel / l->shape.sub_codeword_size);
      const double weight = fabs((double)weight_of(l, f * taps + i / channels, channel));
      largest = fmax(largest, weight / scale);
    }
    p->factors[f] = (float)(largest / 127 * (has_words(l) ? 256 : 1));
    for (int64_t i = 0; i < taps * channels; i++) {
      const int32_t channel = (int32_t)(i % channels);
      const double scale = input_scale(l, channel / l->shape.sub_codeword_size);
      const double factor = (largest > 0 ? 127 / largest : 0) / scale;
      const double weight = weight_of(l, f * taps + i / channels, channel) * factor;
      p->weights[f * taps * channels + i] = (int8_t)rint(fmin(127, fmax(-127, weight)));
    }
  }
}

static int64_t response(const products_layer* p, int32_t image, int32_t filter, int32_t y,
                        int32_t x) {
  const qcnn_convolution* c = &p->layer.shape.convolution;
  const int32_t channels = c->input_channels / c->groups;
  const int32_t group = filter / (c->output_channels / c->groups);
  const int64_t plane = (int64_t)image * c->input_channels + group * channels;
  const int8_t* weight =
      p->weights + (int64_t)filter * c->kernel_height * c->kernel_width * channels;
  int64_t sum = 0;
  for (int32_t ky = 0; ky < c->kernel_height; ky++) {
    for (int32_t kx = 0; kx < c->kernel_width; kx++, weight += channels) {
      const int32_t iy = y * c->stride_height - c->pad_top + ky * c->dilation_height;
      const int32_t ix = x * c->stride_width - c->pad_left + kx * c->dilation_width;
      if (iy < 0 || iy >= c->input_height || ix < 0 || ix >= c->input_width) {
        continue;
      }
      for (int32_t i = 0; i < channels; i++) {
        const int64_t at = ((plane + i) * c->input_height + iy) * c->input_width + ix;
        sum += p->inputs[at] * weight[i];
      }
    }
  }
  return has_words(&p->layer) ? (sum + 128) >> 8 : sum;
}

/* Bits must agree for the exact activations; a sigmoid may differ in the last place. */
static bool same(const qcnn_activation* activation, float value, float actual) {
  const float exact = (float)check_activate(activation, value);
  if (activation->kind <= QCNN_ACTIVATION_RELU) {
    return exact == actual;
  }
  return fabsf(exact - actual) <= 4 * (float)CHECK_UNIT * (fabsf(exact) + 1);
}

static void compare(const products_layer* p) {
  const check_lookup_layer* l = &p->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  int64_t wrong = 0;
  for (int64_t i = 0; i < count_outputs(l); i++) {
    const int32_t x = (int32_t)(i % c->output_width);
    const int32_t y = (int32_t)(i / c->output_width % c->output_height);
    const int64_t map = i / c->output_width / c->output_height;
    const int32_t f = (int32_t)(map % c->output_channels);
    const int64_t sum = response(p, (int32_t)(map / c->output_channels), f, y, x);
    wrong += !same(&l->activation, (float)sum * p->factors[f] + l->bias[f], l->output[i]);
  }
  check_expect(wrong == 0,
               "%s: %lld outputs differ: batch %d of %dx%dx%d, kernel %dx%d, stride %dx%d, pad "
               "%d,%d, dilation %dx%d, groups %d, to %dx%dx%d, Cs' %d, %d bits",
               qcnn_isa_name(p->isa), (long long)wrong, l->batch, c->input_channels,
               c->input_height, c->input_width, c->kernel_height, c->kernel_width, c->stride_height,
               c->stride_width, c->pad_top, c->pad_left, c->dilation_height, c->dilation_width,
               c->groups, c->output_channels, c->output_height, c->output_width,
               l->shape.sub_codeword_size, l->shape.operand_bits);
}

static int32_t prepare(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = &((products_layer*)context)->layer;
  return qcnn_lookup_convolution_prepare(&l->shape, l->batch, l->packed, l->input, l->prepared,
                                         first, last);
}

static int32_t run(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = &((products_layer*)context)->layer;
  return qcnn_lookup_convolution_run(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                     l->prepared, l->output, l->scratch, first, last);
}

static void run_stages(products_layer* p) {
  check_lookup_layer* l = &p->layer;
  check_in_ranges(qcnn_lookup_convolution_prepare_tasks(&l->shape), prepare, p);
  check_in_ranges(qcnn_lookup_convolution_tasks(&l->shape, p->isa, l->batch), run, p);
}

/* Fills in weights, scales and activation. */
static products_layer random_layer(const qcnn_lookup_convolution* shape, int32_t batch) {
  const qcnn_convolution* c = &shape->convolution;
  const int64_t taps = (int64_t)c->kernel_height * c->kernel_width;
  const int64_t codes = taps * c->output_channels * shape->subspaces;
  products_layer p = {.layer = {.shape = *shape, .batch = batch}};
  check_lookup_layer* l = &p.layer;
  if (l->shape.table_bits == 8) {
    l->shape.operand_bits = 8;
  }
  l->shape.products = 1;
  l->activation = check_random_activation();
  l->codebooks = check_random_floats(
      (int64_t)shape->subspaces * shape->sub_codewords * shape->sub_codeword_size, CHECK_UNIFORM);
  l->bias = check_random_floats(c->output_channels, CHECK_UNIFORM);
  l->codes = check_allocate(codes);
  check_random_codes(l->codes, codes, shape->sub_codewords);
  l->bounds = check_random_bounds(shape);
  p.factors = check_floats(c->output_channels);
  p.weights = check_allocate(taps * c->output_channels * (c->input_channels / c->groups));
  quantize_weights(&p);
  return p;
}

/* Packs the weights for an instruction set; memory for a run, too. */
static void open_layer(products_layer* p, int32_t isa) {
  check_lookup_layer* l = &p->layer;
  p->isa = isa;
  l->packed = check_allocate(qcnn_lookup_convolution_packed_size(&l->shape, isa));
  const int32_t status =
      qcnn_lookup_convolution_pack(&l->shape, isa, l->codebooks, l->codes, INPUT_RANGE, 1, NULL,
                                   has_words(l) ? NULL : l->bounds, l->packed);
  check_expect(status == QCNN_OK, "%s: packing gives status %d", qcnn_isa_name(isa), status);
  l->prepared = check_allocate(qcnn_lookup_convolution_prepared_size(&l->shape, isa, l->batch));
  l->scratch = check_allocate(qcnn_lookup_convolution_scratch_size(&l->shape, isa, l->batch));
}

static void close_layer(products_layer* p) {
  check_free(p->layer.packed);
  check_free(p->layer.prepared);
  check_free(p->layer.scratch);
}

static void free_layer(products_layer* p) {
  check_lookup_layer* l = &p->layer;
  void* all[] = {l->codebooks, l->bias, l->codes, l->bounds, p->factors, p->weights};
  for (int i = 0; i < (int)(sizeof all / sizeof *all); i++) {
    check_free(all[i]);
  }
}

/* The same layer with its outputs pooled. */
static void check_pooled(const products_layer* p) {
  const qcnn_convolution* c = &p->layer.shape.convolution;
  products_layer pooled = *p;
  check_lookup_layer* l = &pooled.layer;
  l->shape.pooled = 1;
  if (c->output_height % 2 != 0 || c->output_width % 2 != 0) {
    const int64_t size = qcnn_lookup_convolution_packed_size(&l->shape, p->isa);
    check_expect(size == -QCNN_BAD_SHAPE, "%s: pools odd extents", qcnn_isa_name(p->isa));
    return;
  }
  open_layer(&pooled, p->isa);
  l->output = check_floats(count_outputs(l) / 4);
  if (l->activation.kind > QCNN_ACTIVATION_CLIP) {
    check_expect(run(&pooled, 0, 1) == QCNN_BAD_RANGE,
                 "%s: pools before an activation that may fall", qcnn_isa_name(p->isa));
  } else {
    run_stages(&pooled);
    check_expect(check_wrong_maxima(&p->layer, l->output) == 0,
                 "%s: pooled outputs differ: %dx%d of %d filters", qcnn_isa_name(p->isa),
                 c->output_height, c->output_width, c->output_channels);
  }
  check_free(l->output);
  close_layer(&pooled);
}

static void check_layer(const qcnn_lookup_convolution* shape, int32_t batch, int32_t isas) {
  products_layer p = random_layer(shape, batch);
  check_lookup_layer* l = &p.layer;
  l->input = check_random_floats(count_inputs(l), CHECK_UNIFORM);
  check_spoil(l->input, count_inputs(l));
  p.inputs = check_allocate(count_inputs(l) * (int64_t)sizeof *p.inputs);
  quantize_inputs(&p);
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) == 0 || qcnn_lookup_convolution_tasks(&l->shape, isa, 1) < 0) {
      continue;
    }
    open_layer(&p, isa);
    l->output = check_floats(count_outputs(l));
    run_stages(&p);
    compare(&p);
    check_pooled(&p);
    check_free(l->output);
    close_layer(&p);
  }
  check_free(l->input);
  check_free(p.inputs);
  free_layer(&p);
}

/* A layer that hands its outputs over, and the one that reads them. */
typedef struct {
  products_layer first, second;
} products_pair;

static int32_t hand_over(void* context, int32_t first, int32_t last) {
  products_pair* pair = context;
  check_lookup_layer* l = &pair->first.layer;
  check_lookup_layer* next = &pair->second.layer;
  return qcnn_lookup_convolution_hand_over(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                           l->prepared, &next->shape, next->packed, next->prepared,
                                           l->scratch, first, last);
}

/* Compares with both stages apart. */
static void check_pair(products_pair* pair, int32_t isa) {
  check_lookup_layer* first = &pair->first.layer;
  check_lookup_layer* second = &pair->second.layer;
  const int64_t size = qcnn_lookup_convolution_prepared_size(&second->shape, isa, second->batch);
  const int32_t tasks = qcnn_lookup_convolution_tasks(&first->shape, isa, first->batch);
  open_layer(&pair->first, isa);
  open_layer(&pair->second, isa);
  first->output = check_floats(count_inputs(second));
  run_stages(&pair->first);
  second->input = first->output;
  const int32_t rows = qcnn_lookup_convolution_prepare_tasks(&second->shape);
  check_in_ranges(rows, prepare, &pair->second);
  void* expected = second->prepared;
  second->prepared = check_allocate(size);
  second->input = NULL;
  check_in_ranges(tasks, hand_over, pair);
  check_in_ranges(rows, prepare, &pair->second);
  check_expect(memcmp(expected, second->prepared, (size_t)size) == 0,
               "%s: handed over otherwise: %dx%d of %d filters", qcnn_isa_name(isa),
               first->shape.convolution.output_height, first->shape.convolution.output_width,
               first->shape.convolution.output_channels);
  const qcnn_activation before = first->activation;
  first->activation.kind = QCNN_ACTIVATION_CLIP;
  check_expect(hand_over(pair, 0, tasks) == QCNN_BAD_RANGE, "%s: hands over a clipped output",
               qcnn_isa_name(isa));
  first->activation = before;
  check_free(expected);
  check_free(first->output);
  close_layer(&pair->first);
  close_layer(&pair->second);
}

/* A random pair; returns how many instruction sets hand over. */
static int check_random_pair(int32_t isas) {
  const int32_t pooled = (int32_t)check_below(2);
  const int32_t height = (1 + pooled) * check_between(1, 9);
  const int32_t width = (1 + pooled) * check_between(1, 40);
  const int32_t groups = check_between(1, 2);
  const int32_t filters =
      groups * (check_below(2) == 0 ? 32 * check_between(1, 3) : check_between(1, 80));
  const int32_t pad = (int32_t)check_below(3);
  const int32_t batch = check_between(1, 2);
  qcnn_lookup_convolution first = {
      {6, height, width, filters, height, width, 3, 3, 1, 1, 1, 1, 1, 1, 1},
      2,
      16,
      4,
      16,
      8,
      pooled,
      1};
  qcnn_lookup_convolution second = first;
  first.operand_bits = check_below(2) == 0 ? 16 : 8;
  second.operand_bits = check_below(2) == 0 ? 16 : 8;
  qcnn_convolution* c = &second.convolution;
  c->groups = groups;
  c->input_channels = filters;
  c->output_channels = 4 * groups;
  c->input_height = height / (1 + pooled);
  c->input_width = width / (1 + pooled);
  c->kernel_height = c->kernel_width = 1 + 2 * pad;
  c->pad_top = c->pad_left = pad;
  c->output_height = c->input_height;
  c->output_width = c->input_width;
  second.pooled = 0;
  second.sub_codeword_size = check_between(1, 9);
  second.subspaces = (filters / groups + second.sub_codeword_size - 1) / second.sub_codeword_size;
  products_pair pair = {random_layer(&first, batch), random_layer(&second, batch)};
  check_lookup_layer* l = &pair.first.layer;
  l->activation.kind = check_below(2) == 0 ? QCNN_ACTIVATION_RELU : QCNN_ACTIVATION_NONE;
  l->input = check_random_floats(count_inputs(l), CHECK_UNIFORM);
  check_spoil(l->bias, filters);
  int handed = 0;
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) != 0 && qcnn_lookup_convolution_hands_over(&first, &second, isa) > 0) {
      check_pair(&pair, isa);
      handed++;
    }
  }
  check_free(l->input);
  free_layer(&pair.first);
  free_layer(&pair.second);
  return handed;
}

static void check_refusals(void) {
  qcnn_lookup_convolution shape = {
      {8, 6, 6, 4, 6, 6, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 16, 4, 16, 8, 0, 1};
  products_layer p = random_layer(&shape, 1);
  check_lookup_layer* l = &p.layer;
  void* packed = check_allocate(qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR));
  int32_t status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, l->codebooks, l->codes, 1,
                                                1, NULL, NULL, packed);
  check_expect(status == QCNN_BAD_RANGE, "products without input bounds give status %d", status);
  l->codes[5] = 16;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, l->codebooks, l->codes, 1, 1, NULL,
                                        l->bounds, packed);
  check_expect(status == QCNN_BAD_RANGE, "a code beyond the codebook gives status %d", status);
  memset(l->codes, 0, (size_t)shape.convolution.output_channels * 9 * (size_t)shape.subspaces);
  l->codebooks[2] = INFINITY;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, l->codebooks, l->codes, 1, 1, NULL,
                                        l->bounds, packed);
  check_expect(status == QCNN_BAD_RANGE, "an infinite codeword gives status %d", status);
  l->codebooks[2] = 1e38f;
  l->bounds[1] = 3e38f;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, l->codebooks, l->codes, 1, 1, NULL,
                                        l->bounds, packed);
  check_expect(status == QCNN_BAD_RANGE, "a scale beyond floats gives status %d", status);
  const int64_t none = qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_AVX2);
  check_expect(none == -QCNN_BAD_ISA, "products without kernels have size %lld", (long long)none);
  shape.operand_bits = 16;
  status = qcnn_lookup_convolution_pack(&shape, QCNN_ISA_SCALAR, l->codebooks, l->codes, 1, 1, NULL,
                                        l->bounds, packed);
  check_expect(status == QCNN_BAD_RANGE, "input bounds of 16 bits give status %d", status);
  shape.table_bits = 8;
  const int64_t words = qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR);
  check_expect(words == -QCNN_BAD_SHAPE, "8-bit tables of 16 bits have size %lld",
               (long long)words);
  shape.table_bits = 16;
  shape.operand_bits = 8;
  shape.products = 2;
  const int64_t odd = qcnn_lookup_convolution_packed_size(&shape, QCNN_ISA_SCALAR);
  check_expect(odd == -QCNN_BAD_SHAPE, "products of 2 have size %lld", (long long)odd);
  const qcnn_lookup_convolution deep = {
      {7282, 3, 3, 1, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 3641, 16, 2, 16, 8, 0, 1};
  const int64_t size = qcnn_lookup_convolution_packed_size(&deep, QCNN_ISA_SCALAR);
  check_expect(size == -QCNN_BAD_SHAPE, "65538 products have size %lld", (long long)size);
  check_free(packed);
  free_layer(&p);
}

int check_products(const check_options* options) {
  check_begin("products", options);
  for (int i = 0; i < 75; i++) {
    qcnn_lookup_convolution shape = check_random_lookup_shape();
    check_layer(&shape, check_between(1, 3), options->isas);
  }
  /* Several chunks of filters, runs of several blocks, patches of all widths, strides of a first layer. */
  const qcnn_lookup_convolution large[] = {
      {{150, 8, 20, 300, 8, 20, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 19, 128, 8, 16, 16, 0, 1},
      {{64, 6, 33, 70, 6, 33, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 8, 128, 8, 8, 8, 0, 1},
      {{3, 59, 59, 40, 13, 13, 11, 11, 4, 4, 0, 0, 1, 1, 1}, 1, 128, 3, 16, 8, 0, 1},
      {{64, 30, 30, 33, 15, 15, 1, 1, 2, 2, 0, 0, 1, 1, 1}, 16, 32, 4, 8, 8, 0, 1},
      {{512, 7, 7, 65, 7, 7, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 64, 16, 8, 8, 8, 0, 1},
      {{96, 10, 40, 64, 10, 40, 5, 5, 1, 1, 2, 2, 1, 1, 2}, 6, 64, 8, 16, 8, 0, 1},
      {{512, 7, 7, 33, 7, 7, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 64, 16, 8, 16, 16, 0, 1},
      {{8, 8, 8, 9, 8, 8, 3, 3, 1, 1, 12, 12, 12, 12, 1}, 2, 32, 4, 8, 8, 0, 1},
      {{3, 20, 60, 20, 20, 1, 3, 60, 1, 1, 1, 0, 1, 1, 1}, 1, 32, 3, 8, 8, 0, 1},
  };
  for (int i = 0; i < (int)(sizeof large / sizeof *large); i++) {
    check_layer(&large[i], 1 + i % 2, options->isas);
  }
  int handed = 0;
  for (int i = 0; i < 50; i++) {
    handed += check_random_pair(options->isas);
  }
  check_expect(handed > 0, "no pair of layers handed over");
  check_refusals();
  return check_end();
}
