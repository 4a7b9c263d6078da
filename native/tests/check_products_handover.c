/* Convolutions by products that hand their outputs over: the bytes must be those of both stages apart. */
#include <string.h>

#include "check_products_layer.h"

/* A layer that hands its outputs over, and the one that reads them. */
typedef struct {
  check_products_layer first, second;
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
  check_products_open(&pair->first, isa);
  check_products_open(&pair->second, isa);
  first->output = check_floats(check_products_inputs(second));
  check_products_stages(&pair->first);
  second->input = first->output;
  const int32_t rows = qcnn_lookup_convolution_prepare_tasks(&second->shape);
  check_in_ranges(rows, check_products_prepare, &pair->second);
  void* expected = second->prepared;
  second->prepared = check_allocate(size);
  second->input = NULL;
  const bool around_first = check_below(2) == 0;
  if (around_first) {
    check_in_ranges(rows, check_products_prepare, &pair->second);
  }
  check_in_ranges(tasks, hand_over, pair);
  if (!around_first) {
    check_in_ranges(rows, check_products_prepare, &pair->second);
  }
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
  check_products_close(&pair->first);
  check_products_close(&pair->second);
}

/* A random pair; returns how many instruction sets hand over. */
static int check_random_pair(int32_t isas) {
  const int32_t pooled = (int32_t)check_below(3);
  const int32_t shrunk = pooled == QCNN_NOT_POOLED ? 1 : 2;
  const int32_t height = shrunk * check_between(1, 9);
  const int32_t width = shrunk * check_between(1, 40);
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
  c->input_height = height / shrunk;
  c->input_width = width / shrunk;
  c->kernel_height = c->kernel_width = 1 + 2 * pad;
  c->pad_top = c->pad_left = pad;
  c->output_height = c->input_height;
  c->output_width = c->input_width;
  second.pooled = 0;
  second.sub_codeword_size = check_between(1, 9);
  second.subspaces = (filters / groups + second.sub_codeword_size - 1) / second.sub_codeword_size;
  products_pair pair = {check_products_random(&first, batch),
                        check_products_random(&second, batch)};
  check_lookup_layer* l = &pair.first.layer;
  l->activation.kind = check_below(2) == 0 ? QCNN_ACTIVATION_RELU : QCNN_ACTIVATION_NONE;
  l->input = check_random_floats(check_products_inputs(l), CHECK_UNIFORM);
  check_spoil(l->bias, filters);
  int handed = 0;
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) != 0 && qcnn_lookup_convolution_hands_over(&first, &second, isa) > 0) {
      check_pair(&pair, isa);
      handed++;
    }
  }
  check_free(l->input);
  check_products_free(&pair.first);
  check_products_free(&pair.second);
  return handed;
}

int check_products_handed_over(int32_t isas) {
  int handed = 0;
  for (int i = 0; i < 50; i++) {
    handed += check_random_pair(isas);
  }
  return handed;
}
