/* Convolutions by products with the formula of qcnn.h beside them. */
#ifndef CHECK_PRODUCTS_LAYER_H
#define CHECK_PRODUCTS_LAYER_H

#include "check_lookup_formula.h"

/* A layer, with its numbers as integers. */
typedef struct {
  check_lookup_layer layer;
  int16_t* inputs;  /* as the layer has them, without the zero */
  int16_t* weights; /* [filter][tap][channel] */
  float* factors;   /* of the filters */
  int32_t isa;
} check_products_layer;

int64_t check_products_inputs(const check_lookup_layer* l);
int64_t check_products_outputs(const check_lookup_layer* l);

/* Fills in weights, scales and activation; the shape says how many bits operands have. */
check_products_layer check_products_random(const qcnn_lookup_convolution* shape, int32_t batch);
void check_products_free(check_products_layer* p);

/* Packs the weights for an instruction set; memory for a run, too. */
void check_products_open(check_products_layer* p, int32_t isa);
void check_products_close(check_products_layer* p);

/* Makes integers of the inputs. */
void check_products_quantize(check_products_layer* p);

/* The response of an output, in units of its filter's factor. */
int64_t check_products_response(const check_products_layer* p, int32_t image, int32_t filter,
                                int32_t y, int32_t x);

/* The stages, each of which takes a layer, in ranges of their tasks, and both of them. */
int32_t check_products_prepare(void* context, int32_t first, int32_t last);
int32_t check_products_run(void* context, int32_t first, int32_t last);
void check_products_stages(check_products_layer* p);

/* Pairs of layers that hand over, in check_products_handover.c; returns how many did. */
int check_products_handed_over(int32_t isas);

#endif
