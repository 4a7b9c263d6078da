#include "check_lookup_formula.h"

#include <math.h>

check_scales check_find_scales(const float* codebooks, int32_t subspaces, int32_t words,
                               int32_t size, float input_range, float response_range) {
  check_scales s;
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

/* The input scale and zero of a subspace; returns its largest component. */
static double find_operands(const qcnn_lookup_convolution* shape, const float* codebooks,
                            const float* bounds, int32_t m, check_byte_scales* out) {
  int32_t components = shape->sub_codewords * shape->sub_codeword_size;
  double low = bounds[2 * m];
  double high = bounds[2 * m + 1];
  out[m].input = (float)(255.0 / (high - low));
  out[m].zero = (int32_t)fmin(rint(-low * out[m].input), 255.0) - 128;
  double component = 0;
  for (int32_t i = 0; i < components; i++) {
    double value = fabs((double)codebooks[(int64_t)m * components + i]);
    component = value > component ? value : component; /* GCC 12 for arm64 fails at fmax here */
  }
  return component;
}

/* The largest sum of absolute components of a word of a subspace. */
static double largest_word(const qcnn_lookup_convolution* shape, const float* codebooks,
                           int32_t m) {
  double largest = 0;
  for (int32_t k = 0; k < shape->sub_codewords; k++) {
    double sum = 0;
    for (int32_t d = 0; d < shape->sub_codeword_size; d++) {
      int64_t word = (int64_t)m * shape->sub_codewords + k;
      sum += fabs((double)codebooks[word * shape->sub_codeword_size + d]);
    }
    largest = sum > largest ? sum : largest;
  }
  return largest;
}

void check_find_operand_scales(const qcnn_lookup_convolution* shape, const float* codebooks,
                               const float* bounds, float response_range, check_byte_scales* out,
                               check_scales* layer) {
  double scale = 32767.0 / (2.0 * response_range);
  for (int32_t m = 0; m < shape->subspaces; m++) {
    double component = find_operands(shape, codebooks, bounds, m, out);
    double entry = 255.0 * largest_word(shape, codebooks, m) / (double)out[m].input;
    scale = fmin(scale, (32766.0 - 64.0 * shape->sub_codeword_size) / entry);
    scale = fmin(scale, 127.0 / (2.0 * component / (double)out[m].input));
  }
  for (int32_t m = 0; m < shape->subspaces; m++) {
    double component = find_operands(shape, codebooks, bounds, m, out);
    int32_t bits = 1;
    while (bits < 15 && ldexp(component * (scale / (double)out[m].input), bits + 1) <= 127.0) {
      bits++;
    }
    out[m].fraction_bits = bits;
    out[m].codeword = (float)ldexp(scale / (double)out[m].input, bits);
  }
  layer->output = (float)(1.0 / scale);
}

void check_find_byte_scales(const qcnn_lookup_convolution* shape, const float* codebooks,
                            const uint8_t* shifts, const float* bounds, float response_range,
                            check_byte_scales* out, check_scales* layer) {
  double scale = 32767.0 / (2.0 * response_range); /* units of the sum for a response of 1 */
  for (int32_t m = 0; m < shape->subspaces; m++) {
    double component = find_operands(shape, codebooks, bounds, m, out);
    out[m].fraction_bits = 8;
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

/*
 * A layer, and its inputs and codewords as integers, relative to the inputs' zeros, in the layouts of the layer. They
 * are found once, as rounding takes emulators long.
 */
typedef struct {
  const check_lookup_layer* layer;
  int32_t* inputs;
  int32_t* codewords;
  int32_t down, right; /* taps of a phase are so far apart */
} integer_layer;

static int32_t integer_input(const check_lookup_layer* l, int32_t m, float value) {
  if (l->bounds == NULL) {
    return quantize_input(value, l->s.input);
  }
  const check_byte_scales* scale = &l->subspaces[m];
  float scaled = value * scale->input;
  float bounded = fminf((float)(127 - scale->zero), fmaxf((float)(-128 - scale->zero), scaled));
  return isnan(scaled) ? 0 : (int32_t)rintf(bounded);
}

static int32_t integer_component(const check_lookup_layer* l, int32_t m, float component) {
  if (l->bounds == NULL) {
    return (int32_t)rint((double)component * l->s.codeword);
  }
  int32_t d = (int32_t)rint((double)component * l->subspaces[m].codeword);
  return d > 127 ? 127 : d < -127 ? -127 : d;
}

static integer_layer integers_of(const check_lookup_layer* l) {
  const qcnn_convolution* c = &l->shape.convolution;
  const int64_t map = (int64_t)c->input_height * c->input_width;
  const int64_t inputs = l->batch * c->input_channels * map;
  const int64_t codebook = (int64_t)l->shape.sub_codewords * l->shape.sub_codeword_size;
  integer_layer found = {
      .layer = l,
      .down = c->stride_height / greatest_common_divisor(c->stride_height, c->dilation_height),
      .right = c->stride_width / greatest_common_divisor(c->stride_width, c->dilation_width),
      .inputs = check_allocate(inputs * (int64_t)sizeof(int32_t)),
      .codewords = check_allocate(l->shape.subspaces * codebook * (int64_t)sizeof(int32_t)),
  };
  for (int64_t i = 0; i < inputs; i++) {
    int32_t channel = (int32_t)(i / map) % (c->input_channels / c->groups);
    found.inputs[i] = integer_input(l, channel / l->shape.sub_codeword_size, l->input[i]);
  }
  for (int64_t i = 0; i < l->shape.subspaces * codebook; i++) {
    found.codewords[i] = integer_component(l, (int32_t)(i / codebook), l->codebooks[i]);
  }
  return found;
}

/* One table entry: the inner product of a sub-codeword with the input under one kernel tap. */
static int32_t entry(const integer_layer* integers, int32_t image, int32_t filter, int32_t m,
                     int32_t y, int32_t x, int32_t ky, int32_t kx) {
  const check_lookup_layer* l = integers->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t iy = y * c->stride_height - c->pad_top + ky * c->dilation_height;
  int32_t ix = x * c->stride_width - c->pad_left + kx * c->dilation_width;
  int32_t channels = c->input_channels / c->groups;
  int32_t group = filter / (c->output_channels / c->groups);
  int64_t tap = ((int64_t)filter * c->kernel_height + ky) * c->kernel_width + kx;
  int32_t code = l->codes[tap * l->shape.subspaces + m];
  int32_t bits = l->bounds == NULL ? 16 : l->subspaces[m].fraction_bits;
  int64_t sum = (int64_t)1 << (bits - 1);
  if (iy >= 0 && iy < c->input_height && ix >= 0 && ix < c->input_width) {
    const int32_t size = l->shape.sub_codeword_size;
    const int32_t left = channels - m * size;
    const int64_t plane = (int64_t)image * c->input_channels + group * channels + m * size;
    const int64_t map = (int64_t)c->input_height * c->input_width;
    const int32_t* input = integers->inputs + plane * map + (int64_t)iy * c->input_width + ix;
    const int32_t* word = integers->codewords + ((int64_t)m * l->shape.sub_codewords + code) * size;
    for (int32_t d = 0; d < size && d < left; d++) {
      sum += (int64_t)input[d * map] * word[d];
    }
  }
  if (l->shifts != NULL) {
    return saturate8((int32_t)(sum >> bits));
  }
  if (sum >> bits != (int16_t)(sum >> bits)) {
    check_expect(0, "an entry of %lld does not fit into 16 bits", (long long)(sum >> bits));
  }
  return (int32_t)(sum >> bits);
}

/* The sum of one subspace and one phase of the stride, whose first tap is (py, px). */
typedef struct {
  int32_t sum;   /* with 16-bit tables: what `before` becomes */
  int32_t pairs; /* of taps */
} phase_sum;

static phase_sum sum_phase(const integer_layer* integers, int32_t before, int32_t image,
                           int32_t filter, int32_t m, int32_t y, int32_t x, int32_t py,
                           int32_t px) {
  const check_lookup_layer* l = integers->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t taps = 0;
  int32_t waiting = 0; /* the first tap of a pair */
  int32_t partial = 0;
  for (int32_t ky = py; ky < c->kernel_height; ky += integers->down) {
    for (int32_t kx = px; kx < c->kernel_width; kx += integers->right) {
      int32_t next = entry(integers, image, filter, m, y, x, ky, kx);
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
static void add_subspace(const integer_layer* integers, response_sum* response, int32_t image,
                         int32_t filter, int32_t m, int32_t y, int32_t x) {
  const check_lookup_layer* l = integers->layer;
  const qcnn_convolution* c = &l->shape.convolution;
  for (int32_t py = 0; py < integers->down && py < c->kernel_height; py++) {
    for (int32_t px = 0; px < integers->right && px < c->kernel_width; px++) {
      phase_sum next = sum_phase(integers, response->sum, image, filter, m, y, x, py, px);
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

static float expected(const integer_layer* integers, int32_t image, int32_t filter, int32_t y,
                      int32_t x) {
  const check_lookup_layer* l = integers->layer;
  response_sum response = {0, 0, 0, 32767};
  bool begun = false;
  for (int32_t shift = 8; shift >= 0; shift--) {
    for (int32_t m = 0; m < l->shape.subspaces; m++) {
      if (l->shifts == NULL ? shift == 0 : l->shifts[m] == shift) {
        add_subspace(integers, &response, image, filter, m, y, x);
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

/* Bits must agree for the exact activations; a sigmoid may differ in the last place. */
static bool same(const qcnn_activation* activation, float response, float actual) {
  float exact = (float)check_activate(activation, response);
  if (activation->kind <= QCNN_ACTIVATION_RELU) {
    return exact == actual;
  }
  return fabsf(exact - actual) <= 4 * (float)CHECK_UNIT * (fabsf(exact) + 1);
}

float* check_find_responses(const check_lookup_layer* l) {
  const qcnn_convolution* c = &l->shape.convolution;
  float* responses =
      check_floats((int64_t)l->batch * c->output_channels * c->output_height * c->output_width);
  const integer_layer integers = integers_of(l);
  float* next = responses;
  for (int32_t n = 0; n < l->batch; n++) {
    for (int32_t f = 0; f < c->output_channels; f++) {
      for (int32_t y = 0; y < c->output_height; y++) {
        for (int32_t x = 0; x < c->output_width; x++) {
          *next++ = expected(&integers, n, f, y, x);
        }
      }
    }
  }
  check_free(integers.inputs);
  check_free(integers.codewords);
  return responses;
}

void check_compare_lookup(const check_lookup_layer* l, const char* isa) {
  const qcnn_convolution* c = &l->shape.convolution;
  const int64_t outputs =
      (int64_t)l->batch * c->output_channels * c->output_height * c->output_width;
  int64_t wrong = 0;
  for (int64_t i = 0; i < outputs; i++) {
    wrong += !same(&l->activation, l->responses[i], l->output[i]);
  }
  check_expect(wrong == 0,
               "%s: %lld outputs differ: batch %d of %dx%dx%d, kernel %dx%d, stride %dx%d, pad "
               "%d,%d, dilation %dx%d, groups %d, to %d, Cs' %d, K %d, %d-bit tables",
               isa, (long long)wrong, l->batch, c->input_channels, c->input_height, c->input_width,
               c->kernel_height, c->kernel_width, c->stride_height, c->stride_width, c->pad_top,
               c->pad_left, c->dilation_height, c->dilation_width, c->groups, c->output_channels,
               l->shape.sub_codeword_size, l->shape.sub_codewords, l->shape.table_bits);
}
