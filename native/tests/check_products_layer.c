/* Random convolutions by products: their numbers as integers, what these give, and both stages. */
#include "check_products_layer.h"

#include <math.h>

int64_t check_products_inputs(const check_lookup_layer* l) {
  const qcnn_convolution* c = &l->shape.convolution;
  return (int64_t)l->batch * c->input_channels * c->input_height * c->input_width;
}

int64_t check_products_outputs(const check_lookup_layer* l) {
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

void check_products_quantize(check_products_layer* p) {
  const check_lookup_layer* l = &p->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  const int32_t channels = c->input_channels / c->groups;
  const int64_t map = (int64_t)c->input_height * c->input_width;
  for (int64_t i = 0; i < check_products_inputs(l); i++) {
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

static void quantize_weights(check_products_layer* p) {
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
    const double limit = has_words(l) ? 32639 : 127;
    p->factors[f] = (float)(largest / limit * (has_words(l) ? 65536 : 1));
    for (int64_t i = 0; i < taps * channels; i++) {
      const int32_t channel = (int32_t)(i % channels);
      const double scale = input_scale(l, channel / l->shape.sub_codeword_size);
      const double factor = (largest > 0 ? limit / largest : 0) / scale;
      const double weight = weight_of(l, f * taps + i / channels, channel) * factor;
      p->weights[f * taps * channels + i] = (int16_t)rint(fmin(limit, fmax(-limit, weight)));
    }
  }
}

/* Of both operands' bytes all products but that of the lower ones. */
static int32_t product_of_words(int32_t x, int32_t w) {
  const int32_t high = x >> 8;
  const int32_t upper = (w + 128) >> 8;
  const int32_t lower = w - 256 * upper;
  return x * upper + high * lower;
}

int64_t check_products_response(const check_products_layer* p, int32_t image, int32_t filter,
                                int32_t y, int32_t x) {
  const qcnn_convolution* c = &p->layer.shape.convolution;
  const int32_t channels = c->input_channels / c->groups;
  const int32_t group = filter / (c->output_channels / c->groups);
  const int64_t plane = (int64_t)image * c->input_channels + group * channels;
  const int16_t* weight =
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
        sum += has_words(&p->layer) ? product_of_words(p->inputs[at], weight[i])
                                    : p->inputs[at] * weight[i];
      }
    }
  }
  return has_words(&p->layer) ? (sum + 128) >> 8 : sum;
}

int32_t check_products_prepare(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = &((check_products_layer*)context)->layer;
  return qcnn_lookup_convolution_prepare(&l->shape, l->batch, l->packed, l->input, l->prepared,
                                         first, last);
}

int32_t check_products_run(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = &((check_products_layer*)context)->layer;
  return qcnn_lookup_convolution_run(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                     l->prepared, l->output, l->scratch, first, last);
}

void check_products_stages(check_products_layer* p) {
  check_lookup_layer* l = &p->layer;
  check_in_ranges(qcnn_lookup_convolution_prepare_tasks(&l->shape), check_products_prepare, p);
  check_in_ranges(qcnn_lookup_convolution_tasks(&l->shape, p->isa, l->batch), check_products_run,
                  p);
}

/* Fills in weights, scales and activation. */
check_products_layer check_products_random(const qcnn_lookup_convolution* shape, int32_t batch) {
  const qcnn_convolution* c = &shape->convolution;
  const int64_t taps = (int64_t)c->kernel_height * c->kernel_width;
  const int64_t codes = taps * c->output_channels * shape->subspaces;
  check_products_layer p = {.layer = {.shape = *shape, .batch = batch}};
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
  p.weights = check_allocate(taps * c->output_channels * (c->input_channels / c->groups) *
                             (int64_t)sizeof *p.weights);
  quantize_weights(&p);
  return p;
}

/* Packs the weights for an instruction set; memory for a run, too. */
void check_products_open(check_products_layer* p, int32_t isa) {
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

void check_products_close(check_products_layer* p) {
  check_free(p->layer.packed);
  check_free(p->layer.prepared);
  check_free(p->layer.scratch);
}

void check_products_free(check_products_layer* p) {
  check_lookup_layer* l = &p->layer;
  void* all[] = {l->codebooks, l->bias, l->codes, l->bounds, p->factors, p->weights};
  for (int i = 0; i < (int)(sizeof all / sizeof *all); i++) {
    check_free(all[i]);
  }
}
