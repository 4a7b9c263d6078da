/* Convolutions by products against the formula of qcnn.h, bit by bit, on every instruction set. */
#include <math.h>
#include <string.h>

#include "check_products_layer.h"

/* Bits must agree for the exact activations; a sigmoid may differ in the last place. */
static bool same(const qcnn_activation* activation, float value, float actual) {
  const float exact = (float)check_activate(activation, value);
  if (activation->kind <= QCNN_ACTIVATION_RELU) {
    return exact == actual;
  }
  return fabsf(exact - actual) <= 4 * (float)CHECK_UNIT * (fabsf(exact) + 1);
}

static void compare(const check_products_layer* p) {
  const check_lookup_layer* l = &p->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  int64_t wrong = 0;
  for (int64_t i = 0; i < check_products_outputs(l); i++) {
    const int32_t x = (int32_t)(i % c->output_width);
    const int32_t y = (int32_t)(i / c->output_width % c->output_height);
    const int64_t map = i / c->output_width / c->output_height;
    const int32_t f = (int32_t)(map % c->output_channels);
    const int64_t sum = check_products_response(p, (int32_t)(map / c->output_channels), f, y, x);
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

/* The same layer with its outputs pooled. */
static void check_pooled(const check_products_layer* p, int32_t how) {
  const qcnn_convolution* c = &p->layer.shape.convolution;
  check_products_layer pooled = *p;
  check_lookup_layer* l = &pooled.layer;
  l->shape.pooled = how;
  if (c->output_height % 2 != 0 || c->output_width % 2 != 0) {
    const int64_t size = qcnn_lookup_convolution_packed_size(&l->shape, p->isa);
    check_expect(size == -QCNN_BAD_SHAPE, "%s: pools odd extents", qcnn_isa_name(p->isa));
    return;
  }
  check_products_open(&pooled, p->isa);
  l->output = check_floats(check_products_outputs(l) / 4);
  if (l->activation.kind > QCNN_ACTIVATION_CLIP) {
    check_expect(check_products_run(&pooled, 0, 1) == QCNN_BAD_RANGE,
                 "%s: pools before an activation that may fall", qcnn_isa_name(p->isa));
  } else {
    check_products_stages(&pooled);
    check_expect(check_wrong_maxima(&p->layer, how, l->output) == 0,
                 "%s: pooled outputs differ: %dx%d of %d filters", qcnn_isa_name(p->isa),
                 c->output_height, c->output_width, c->output_channels);
  }
  check_free(l->output);
  check_products_close(&pooled);
}

static void check_layer(const qcnn_lookup_convolution* shape, int32_t batch, int32_t isas) {
  check_products_layer p = check_products_random(shape, batch);
  check_lookup_layer* l = &p.layer;
  l->input = check_random_floats(check_products_inputs(l), CHECK_UNIFORM);
  check_spoil(l->input, check_products_inputs(l));
  p.inputs = check_allocate(check_products_inputs(l) * (int64_t)sizeof *p.inputs);
  check_products_quantize(&p);
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) == 0 || qcnn_lookup_convolution_tasks(&l->shape, isa, 1) < 0) {
      continue;
    }
    check_products_open(&p, isa);
    l->output = check_floats(check_products_outputs(l));
    check_products_stages(&p);
    compare(&p);
    check_pooled(&p, QCNN_POOLED_SQUARES);
    check_pooled(&p, QCNN_POOLED_OVERLAPPING);
    check_free(l->output);
    check_products_close(&p);
  }
  check_free(l->input);
  check_free(p.inputs);
  check_products_free(&p);
}

static void check_refusals(void) {
  qcnn_lookup_convolution shape = {
      {8, 6, 6, 4, 6, 6, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 2, 16, 4, 16, 8, 0, 1};
  check_products_layer p = check_products_random(&shape, 1);
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
  const qcnn_lookup_convolution deep_words = {
      {3641, 3, 3, 1, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1821, 16, 2, 16, 16, 0, 1};
  const int64_t more = qcnn_lookup_convolution_packed_size(&deep_words, QCNN_ISA_SCALAR);
  check_expect(more == -QCNN_BAD_SHAPE, "32769 products have size %lld", (long long)more);
  check_free(packed);
  check_products_free(&p);
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
      {{20, 44, 66, 70, 44, 66, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 5, 32, 4, 16, 8, 0, 1},
      {{20, 36, 34, 33, 36, 34, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 5, 32, 4, 16, 16, 0, 1},
  };
  for (int i = 0; i < (int)(sizeof large / sizeof *large); i++) {
    check_layer(&large[i], 1 + i % 2, options->isas);
  }
  check_expect(check_products_handed_over(options->isas) > 0, "no pair of layers handed over");
  check_refusals();
  return check_end();
}
