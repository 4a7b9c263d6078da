/* Lookup convolutions that write their outputs as the next one's quantized input: against both stages apart. */
#include <string.h>

#include "check_lookup_formula.h"

/* A layer with all that it takes to run it. */
typedef struct {
  check_lookup_layer layer;
  int32_t isa;
  int64_t prepared_size;
} handover_layer;

/* Both layers; the first one's outputs may be pooled. */
typedef struct {
  handover_layer first, second;
} handover_pair;

static void open_layer(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch,
                       handover_layer* out) {
  const qcnn_convolution* c = &shape->convolution;
  const int64_t taps = (int64_t)c->kernel_height * c->kernel_width;
  const int64_t codes = taps * c->output_channels * shape->subspaces;
  check_lookup_layer* l = &out->layer;
  *l = (check_lookup_layer){.shape = *shape, .batch = batch};
  out->isa = isa;
  l->activation.kind = check_below(2) == 0 ? QCNN_ACTIVATION_RELU : QCNN_ACTIVATION_NONE;
  l->codebooks = check_random_floats(
      (int64_t)shape->subspaces * shape->sub_codewords * shape->sub_codeword_size, CHECK_UNIFORM);
  l->bias = check_random_floats(c->output_channels, CHECK_UNIFORM);
  check_spoil(l->bias, c->output_channels);
  l->codes = check_allocate(codes);
  check_random_codes(l->codes, codes, shape->sub_codewords);
  if (shape->operand_bits == 8) {
    l->bounds = check_floats(2 * (int64_t)shape->subspaces);
    l->shifts = shape->table_bits == 8 ? check_allocate(shape->subspaces) : NULL;
  }
  for (int32_t m = 0; l->bounds != NULL && m < shape->subspaces; m++) {
    l->bounds[2 * m] = (float)check_between(-4, 0) / 4;
    l->bounds[2 * m + 1] = (float)check_between(1, 8) / 2;
    if (l->shifts != NULL) {
      l->shifts[m] = (uint8_t)check_below(4);
    }
  }
  l->packed = check_allocate(qcnn_lookup_convolution_packed_size(shape, isa));
  int32_t status = qcnn_lookup_convolution_pack(shape, isa, l->codebooks, l->codes, 1.0f, 5.0f,
                                                l->shifts, l->bounds, l->packed);
  check_expect(status == QCNN_OK, "%s: packing gives status %d", qcnn_isa_name(isa), status);
  out->prepared_size = qcnn_lookup_convolution_prepared_size(shape, isa, batch);
  l->prepared = check_allocate(out->prepared_size);
  l->scratch = check_allocate(qcnn_lookup_convolution_scratch_size(shape, isa, batch));
}

static void close_layer(handover_layer* opened) {
  check_lookup_layer* l = &opened->layer;
  void* all[] = {l->codebooks, l->bias, l->codes, l->packed, l->prepared, l->scratch};
  for (int i = 0; i < (int)(sizeof all / sizeof *all); i++) {
    check_free(all[i]);
  }
  if (l->bounds != NULL) {
    check_free(l->bounds);
  }
  if (l->shifts != NULL) {
    check_free(l->shifts);
  }
}

static int32_t prepare(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = &((handover_layer*)context)->layer;
  return qcnn_lookup_convolution_prepare(&l->shape, l->batch, l->packed, l->input, l->prepared,
                                         first, last);
}

static int32_t run(void* context, int32_t first, int32_t last) {
  check_lookup_layer* l = &((handover_layer*)context)->layer;
  return qcnn_lookup_convolution_run(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                     l->prepared, l->output, l->scratch, first, last);
}

static int32_t hand_over(void* context, int32_t first, int32_t last) {
  handover_pair* pair = context;
  check_lookup_layer* l = &pair->first.layer;
  check_lookup_layer* next = &pair->second.layer;
  return qcnn_lookup_convolution_hand_over(&l->shape, l->batch, l->packed, l->bias, &l->activation,
                                           l->prepared, &next->shape, next->packed, next->prepared,
                                           l->scratch, first, last);
}

static void in_ranges(handover_layer* l, int32_t (*stage)(void*, int32_t, int32_t)) {
  check_in_ranges(qcnn_lookup_convolution_prepare_tasks(&l->layer.shape), stage, l);
}

static void expect_prepared(const handover_pair* pair, const void* expected, int32_t isa) {
  const check_lookup_layer* first = &pair->first.layer;
  const qcnn_convolution* c = &first->shape.convolution;
  check_expect(
      memcmp(expected, pair->second.layer.prepared, (size_t)pair->second.prepared_size) == 0,
      "%s: handed over otherwise: %dx%d of %d filters to %d bits, batch %d", qcnn_isa_name(isa),
      c->output_height, c->output_width, c->output_channels, pair->second.layer.shape.operand_bits,
      first->batch);
}

static void check_pair(const qcnn_lookup_convolution* shape, const qcnn_lookup_convolution* next,
                       int32_t batch, int32_t isa) {
  const qcnn_convolution* c = &shape->convolution;
  const qcnn_convolution* n = &next->convolution;
  handover_pair pair;
  open_layer(shape, isa, batch, &pair.first);
  open_layer(next, isa, batch, &pair.second);
  check_lookup_layer* first = &pair.first.layer;
  check_lookup_layer* second = &pair.second.layer;
  first->input = check_random_floats(
      (int64_t)batch * c->input_channels * c->input_height * c->input_width, CHECK_UNIFORM);
  first->output =
      check_floats((int64_t)batch * n->input_channels * n->input_height * n->input_width);
  const int32_t tasks = qcnn_lookup_convolution_tasks(shape, isa, batch);
  in_ranges(&pair.first, prepare);
  check_in_ranges(tasks, run, &pair.first);
  second->input = first->output;
  in_ranges(&pair.second, prepare);
  void* expected = second->prepared;
  second->prepared = check_allocate(pair.second.prepared_size);
  second->input = NULL;
  const bool around_first = check_below(2) == 0;
  if (around_first) {
    in_ranges(&pair.second, prepare);
  }
  check_in_ranges(tasks, hand_over, &pair);
  if (!around_first) {
    in_ranges(&pair.second, prepare);
  }
  expect_prepared(&pair, expected, isa);
  /* In one call two halves may be done as one. */
  memset(second->prepared, 0x5a, (size_t)pair.second.prepared_size);
  in_ranges(&pair.second, prepare);
  check_expect(hand_over(&pair, 0, tasks) == QCNN_OK, "%s: all tasks fail", qcnn_isa_name(isa));
  expect_prepared(&pair, expected, isa);
  first->activation.kind = QCNN_ACTIVATION_SIGMOID;
  check_expect(hand_over(&pair, 0, tasks) == QCNN_BAD_RANGE, "%s: hands over a sigmoid",
               qcnn_isa_name(isa));
  check_free(expected);
  check_free(first->input);
  check_free(first->output);
  close_layer(&pair.first);
  close_layer(&pair.second);
}

static qcnn_lookup_convolution shape_of(int32_t channels, int32_t height, int32_t width,
                                        int32_t filters, int32_t groups) {
  const int32_t kernel = 1 + 2 * (int32_t)check_below(2);
  const int32_t pad = kernel / 2;
  const int32_t bits = check_below(2) == 0 ? 8 : 16;
  const int32_t in_group = channels / groups;
  qcnn_lookup_convolution shape = {
      .convolution = {channels, height, width, filters, height, width, kernel, kernel, 1, 1, pad,
                      pad, 1, 1, groups},
      .sub_codewords = check_below(3) == 0 ? check_between(129, 256) : check_between(2, 128),
      .sub_codeword_size = check_between(1, 9),
      .table_bits = bits,
      .operand_bits = check_below(2) == 0 ? 8 : bits,
  };
  shape.subspaces = (in_group + shape.sub_codeword_size - 1) / shape.sub_codeword_size;
  return shape;
}

/* A random pair, which not every layout can hand over; returns how many instruction sets do. */
static int check_random_pair(int32_t isas) {
  const int32_t groups = check_between(1, 2);
  const int32_t height = 2 * check_between(1, 9);
  const int32_t width = check_below(4) == 0 ? 2 * check_between(33, 80) : 2 * check_between(1, 30);
  /* Few of them lie otherwise than many where the instruction set has both. */
  const int32_t few = check_below(3) == 0;
  const int32_t filters = (few ? check_between(1, 40) : check_between(65, 200)) * groups;
  const int32_t batch = check_between(1, 3);
  qcnn_lookup_convolution first = shape_of(8 * groups, height, width, filters, groups);
  first.pooled = (int32_t)check_below(2);
  const int32_t extent = 1 + first.pooled;
  qcnn_lookup_convolution second =
      shape_of(filters, height / extent, width / extent,
               few ? 2 * check_between(1, 20) : 64 * check_between(2, 3),
               filters % 2 == 0 ? check_between(1, 2) : 1);
  second.pooled = height / extent % 2 == 0 && width / extent % 2 == 0 && check_below(2) == 0;
  int handed = 0;
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) != 0 && qcnn_lookup_convolution_hands_over(&first, &second, isa) > 0) {
      check_pair(&first, &second, batch, isa);
      handed++;
    }
  }
  return handed;
}

/* What can be handed over, and what cannot. */
static void check_refusals(int32_t isa) {
  const qcnn_lookup_convolution first = {
      {8, 12, 12, 128, 12, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1, 64, 8, 16, 16, 0, 0};
  const qcnn_lookup_convolution second = {
      {128, 12, 12, 128, 12, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 16, 64, 8, 16, 16, 0, 0};
  int32_t answer = qcnn_lookup_convolution_hands_over(&first, &second, isa);
  check_expect(answer == 1, "%s: a good pair gives %d", qcnn_isa_name(isa), answer);
  qcnn_lookup_convolution other = second;
  other.convolution.stride_height = 2;
  other.convolution.output_height = 6;
  answer = qcnn_lookup_convolution_hands_over(&first, &other, isa);
  check_expect(answer == 0, "%s: strides give %d", qcnn_isa_name(isa), answer);
  other = second;
  other.sub_codeword_size = 7;
  other.subspaces = 19;
  answer = qcnn_lookup_convolution_hands_over(&first, &other, isa);
  check_expect(answer == 0, "%s: a pair of two subspaces gives %d", qcnn_isa_name(isa), answer);
  other = second;
  other.convolution.input_channels = 120;
  other.subspaces = 15;
  answer = qcnn_lookup_convolution_hands_over(&first, &other, isa);
  check_expect(answer == 0, "%s: other channels give %d", qcnn_isa_name(isa), answer);
  qcnn_lookup_convolution grouped =
      first; /* of 2 * 3 filters, the fourth being in the bundle of the third */
  grouped.convolution.groups = 2;
  grouped.convolution.output_channels = 6;
  grouped.sub_codeword_size = 4;
  other = second;
  other.convolution.input_channels = 6;
  other.subspaces = 1;
  answer = qcnn_lookup_convolution_hands_over(&grouped, &other, isa);
  check_expect(answer == 0, "%s: a bundle of two groups gives %d", qcnn_isa_name(isa), answer);
  other = second;
  other.subspaces = 15;
  answer = qcnn_lookup_convolution_hands_over(&first, &other, isa);
  check_expect(answer == -QCNN_BAD_SHAPE, "%s: a subspace missing gives %d", qcnn_isa_name(isa),
               answer);
}

int check_lookup_handover(const check_options* options) {
  check_begin("lookup_handover", options);
  int handed = 0;
  for (int i = 0; i < 150; i++) {
    handed += check_random_pair(options->isas);
  }
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((options->isas >> isa & 1) != 0) {
      check_refusals(isa);
    }
  }
  check_expect(handed > 100, "only %d pairs were handed over", handed);
  return check_end();
}
