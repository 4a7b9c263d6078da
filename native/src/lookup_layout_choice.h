/* How layouts are chosen: what the files lookup_layout*.c share. */
#ifndef QCNN_LOOKUP_LAYOUT_CHOICE_H
#define QCNN_LOOKUP_LAYOUT_CHOICE_H

#include "lookup_layout.h"

/*
 * A tile's table and sums should stay in the second-level cache (0.5-1 MB on the cores of today)
 * beside what is streamed through it; larger tiles compute less halo.
 */
#define QCNN_TILE_BYTES (640 * 1024)

/* In all of these, whole: a single tile is not halved. */

/* Where everything lies if positions are in lanes. Returns QCNN_BAD_SHAPE if shapes cannot be pooled so. */
int32_t qcnn_lay_positions(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                           qcnn_lookup_layout* layout);

/* The blocks of filters of a group if these are to lie in lanes, otherwise 0; and where everything lies then. */
int32_t qcnn_choose_filter_blocks(const qcnn_lookup_convolution* shape, int32_t isa,
                                  const qcnn_lookup_layout* layout);
void qcnn_lay_filters(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                      qcnn_lookup_layout* layout);

/* Whether tables are to lie in lines, for which layout->line_kernels are found; and where everything lies then. */
bool qcnn_choose_lines(const qcnn_lookup_convolution* shape, int32_t isa,
                       qcnn_lookup_layout* layout);
void qcnn_lay_lines(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                    qcnn_lookup_layout* layout);

/*
 * Cuts maps, of layout->lines, into rectangles of as many as fit at most, and of layout->tile_columns; and finds what
 * inputs the last ones need.
 */
void qcnn_cut_rectangles(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                         int64_t fit, qcnn_lookup_layout* layout);

#endif
