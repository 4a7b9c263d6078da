/* Fully-connected lookup layers against the formula, on every instruction set. */
#include "check_lookup_formula.h"

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

/* Packs everything, the codes slice by slice, the last one first. */
static int32_t pack(const vector_layer* l, const check_lookup_layer* reference, int32_t isa,
                    float range) {
  int32_t status = qcnn_lookup_fully_connected_pack(&l->shape, isa, reference->codebooks, 1.0f,
                                                    range, l->packed);
  const int32_t slices = (l->shape.outputs + QCNN_CODE_SLICE - 1) / QCNN_CODE_SLICE;
  for (int32_t slice = slices - 1; slice >= 0 && status == QCNN_OK; slice--) {
    const int32_t first = slice * QCNN_CODE_SLICE;
    const int32_t rest = l->shape.outputs - first;
    status = qcnn_lookup_fully_connected_pack_codes(
        &l->shape, reference->codes + (int64_t)first * l->shape.subspaces, first,
        rest < QCNN_CODE_SLICE ? rest : QCNN_CODE_SLICE, l->packed);
  }
  return status;
}

/* Slices that are none, and codes beyond the codebook. */
static void check_slices(const vector_layer* l, uint8_t* codes) {
  const int32_t outputs = l->shape.outputs;
  const int32_t bad[][2] = {
      {1, outputs - 1}, {-QCNN_CODE_SLICE, 1}, {0, 0}, {0, outputs + 1}, {0, outputs - 1}};
  for (int i = 0; i < (int)(sizeof bad / sizeof *bad); i++) {
    int32_t status =
        qcnn_lookup_fully_connected_pack_codes(&l->shape, codes, bad[i][0], bad[i][1], l->packed);
    const bool slice = bad[i][1] % QCNN_CODE_SLICE == 0 && bad[i][0] == 0 && bad[i][1] > 0;
    check_expect(slice || status == QCNN_BAD_RANGE, "outputs from %d on, %d, give status %d",
                 bad[i][0], bad[i][1], status);
  }
  if (l->shape.sub_codewords < 256) {
    const uint8_t kept = codes[0];
    codes[0] = (uint8_t)l->shape.sub_codewords;
    int32_t status = qcnn_lookup_fully_connected_pack_codes(
        &l->shape, codes, 0, outputs < QCNN_CODE_SLICE ? outputs : QCNN_CODE_SLICE, l->packed);
    check_expect(status == QCNN_BAD_RANGE, "a code beyond the codebook gives status %d", status);
    codes[0] = kept;
  }
}

/* A fully-connected layer is a convolution of a 1x1 map: the formula is the one above. */
static void check_vector_layer(const qcnn_lookup_fully_connected* shape, int32_t batch,
                               int32_t isas) {
  int64_t words = (int64_t)shape->subspaces * shape->sub_codewords;
  int64_t code_count = (int64_t)shape->outputs * shape->subspaces;
  check_lookup_layer reference = {
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
  check_spoil(reference.input, (int64_t)batch * shape->inputs);
  reference.codes = check_allocate(code_count);
  check_random_codes(reference.codes, code_count, shape->sub_codewords);
  float range = check_below(4) == 0 ? 0.3f : 20.0f;
  reference.s = check_find_scales(reference.codebooks, shape->subspaces, shape->sub_codewords,
                                  shape->sub_codeword_size, 1.0f, range);
  vector_layer l = {.shape = *shape,
                    .batch = batch,
                    .bias = reference.bias,
                    .input = reference.input,
                    .activation = reference.activation};
  reference.responses = check_find_responses(&reference);
  l.tables = check_allocate(qcnn_lookup_fully_connected_tables_size(shape, batch));
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) == 0) {
      continue;
    }
    l.output = check_floats((int64_t)batch * shape->outputs);
    l.packed = check_allocate(qcnn_lookup_fully_connected_packed_size(shape, isa));
    int32_t status = pack(&l, &reference, isa, range);
    check_expect(status == QCNN_OK, "%s: packing gives status %d", qcnn_isa_name(isa), status);
    check_slices(&l, reference.codes);
    check_in_ranges(qcnn_lookup_fully_connected_build_tasks(shape, batch), build, &l);
    check_in_ranges(qcnn_lookup_fully_connected_tasks(shape), sum, &l);
    reference.output = l.output;
    check_compare_lookup(&reference, qcnn_isa_name(isa));
    check_free(l.packed);
    check_free(l.output);
  }
  check_free(reference.responses);
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
  const qcnn_lookup_fully_connected several_tasks = {4000, 33, 1334, 32, 3};
  check_vector_layer(&several_tasks, 2, options->isas);
  const qcnn_lookup_fully_connected wider = {700, 40, 3, 64, 257};
  int32_t tasks = qcnn_lookup_fully_connected_tasks(&wider);
  check_expect(tasks == -QCNN_BAD_SHAPE, "sub-codewords that are too wide give %d tasks", tasks);
  return check_end();
}
