/* Where outputs go among the quantized inputs of the lookup convolution that reads them. */
#ifndef QCNN_LOOKUP_READER_H
#define QCNN_LOOKUP_READER_H

#include "lookup_input.h"
#include "lookup_run.h"

typedef struct {
  int32_t* bundle; /* the plane of its bundle, */
  int32_t place;   /* which channel of it it is, */
  int32_t left;    /* and how many channels the bundle has from this one on */
  qcnn_input_quantizer quantizer;
} qcnn_channel_place;

/* Where an input channel goes; channel: its number among those of all groups. */
qcnn_channel_place qcnn_find_channel(const qcnn_lookup_reader* reader, int32_t channel);

/* Which position of a plane a pixel of an image is, of a reader without strides. */
ptrdiff_t qcnn_pixel_of_reader(const qcnn_lookup_reader* reader, int32_t image, int32_t y,
                               int32_t x);

#endif
