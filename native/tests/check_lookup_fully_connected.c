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
    int32_t status = qcnn_lookup_fully_connected_pack(shape, isa, reference.codebooks,
                                                      reference.codes, 1.0f, range, l.packed);
    check_expect(status == QCNN_OK, "%s: packing gives status %d", qcnn_isa_name(isa), status);
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
