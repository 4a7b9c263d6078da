/* Rows of floats, eight of them at a time. */
#ifndef QCNN_LOOKUP_EIGHTS_AVX2_H
#define QCNN_LOOKUP_EIGHTS_AVX2_H

/*
 * Where the next eight of `count` begin, at least 8, after those at i; `count` or more after the last ones. These may
 * overlap those before them, which become what they are once more: rows of tables in lines are short, and a few
 * left over would take as long as all the others.
 */
static inline int next_eight(int i, int count) {
  return i + 16 <= count || i + 8 >= count ? i + 8 : count - 8;
}

#endif
