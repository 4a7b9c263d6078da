/* Dense fully-connected layers against double precision, with the bound of check_convolution.c. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "check.h"

typedef struct {
  int32_t isa, inputs, outputs, batch;
  const float *weights, *bias, *input;
  qcnn_activation activation;
  float* output;
} layer;

static int32_t run(void* context, int32_t first, int32_t last) {
  layer* l = context;
  return qcnn_fully_connected_run(l->isa, l->inputs, l->outputs, l->batch, l->weights, l->bias,
                                  &l->activation, l->input, l->output, first, last);
}

static void compare(const layer* l) {
  double worst = 0;
  for (int64_t image = 0; image < l->batch; image++) {
    for (int64_t o = 0; o < l->outputs; o++) {
      double sum = l->bias ? l->bias[o] : 0, magnitude = fabs(sum);
      for (int64_t i = 0; i < l->inputs; i++) {
        double product = (double)l->weights[o * l->inputs + i] * l->input[image * l->inputs + i];
        sum += product;
        magnitude += fabs(product);
      }
      double expected = check_activate(&l->activation, sum);
      double bound = CHECK_ACTIVATION_SLOPE * (l->inputs + 6) * (CHECK_UNIT * magnitude + FLT_MIN) +
                     4 * CHECK_UNIT * (fabs(expected) + 1);
      double excess = fabs(l->output[image * l->outputs + o] - expected) / bound;
      worst = excess <= worst ? worst : excess; /* keeps a NaN */
    }
  }
  check_expect(worst <= 1, "%s: %d to %d, %d images, activation %d: %g times the bound",
               qcnn_isa_name(l->isa), (int)l->inputs, (int)l->outputs, (int)l->batch,
               (int)l->activation.kind, worst);
}

static void check_size(int32_t inputs, int32_t outputs, int32_t batch, check_data kind,
                       int32_t isas) {
  float* weights = check_random_floats((int64_t)outputs * inputs, kind);
  float* bias = check_random_floats(outputs, kind);
  float* input = check_random_floats((int64_t)batch * inputs, kind);
  qcnn_activation activation = check_random_activation();
  const float* used_bias = check_below(4) ? bias : NULL;
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) != 0) {
      layer l = {isa,   inputs,     outputs,
                 batch, weights,    used_bias,
                 input, activation, check_floats((int64_t)batch * outputs)};
      check_in_ranges(outputs, run, &l);
      compare(&l);
      check_free(l.output);
    }
  }
  check_free(weights);
  check_free(bias);
  check_free(input);
}

static void check_refusals(void) {
  float values[4] = {0};
  layer l = {.inputs = 1, .outputs = 2, .batch = 1, .weights = values, .input = values + 2};
  l.output = values + 2;
  check_expect(run(&l, 0, 3) == QCNN_BAD_RANGE, "accepted an output too many");
  check_expect(run(&l, -1, 1) == QCNN_BAD_RANGE, "accepted output -1");
  l.isa = QCNN_ISA_COUNT;
  check_expect(run(&l, 0, 1) == QCNN_BAD_ISA, "accepted an unknown instruction set");
  l.isa = QCNN_ISA_SCALAR;
  l.inputs = 0;
  check_expect(run(&l, 0, 1) == QCNN_BAD_SHAPE, "accepted no inputs");
}

static void bench(int32_t isas) {
  static const int32_t sizes[][3] = {{2048, 1000, 1}, {9216, 4096, 1}, {9216, 4096, 8}};
  for (int i = 0; i < 3; i++) {
    int32_t inputs = sizes[i][0], outputs = sizes[i][1], batch = sizes[i][2];
    float* weights = check_random_floats((int64_t)outputs * inputs, CHECK_UNIFORM);
    float* input = check_random_floats((int64_t)batch * inputs, CHECK_UNIFORM);
    float* output = check_floats((int64_t)batch * outputs);
    for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
      if ((isas >> isa & 1) != 0) {
        layer l = {isa, inputs, outputs, batch, weights, NULL, input, {0}, output};
        double seconds = check_time(outputs, run, &l);
        double products = (double)inputs * outputs;
        printf("  %dx%d, %d images %-7s %8.3f ms %7.2f GB/s %7.2f GMAC/s\n", (int)inputs,
               (int)outputs, (int)batch, qcnn_isa_name(isa), seconds * 1e3,
               products * 4e-9 / seconds, products * batch * 1e-9 / seconds);
      }
    }
    check_free(weights);
    check_free(input);
    check_free(output);
  }
}

int check_fully_connected(const check_options* options) {
  check_begin("fully_connected", options);
  for (int i = 0; i < 200; i++) {
    check_size(check_between(1, i % 2 ? 70 : 700), check_between(1, 20), check_between(1, 4),
               i % CHECK_DATA_KINDS, options->isas);
  }
  check_refusals();
  if (options->bench) {
    bench(options->isas);
  }
  return check_end();
}
