/* A vector of one float; what the names mean is said in vectors.h. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define LANES 1
typedef float vector;

#define zero() 0.0f
#define broadcast(x) (x)
#define load(p) (*(p))
#define store(p, v) (*(p) = (v))
#define load_first(p, n) ((void)(n), *(p))
#define store_first(p, n, v) ((void)(n), *(p) = (v))
#define multiply_add(sum, a, b) ((sum) + (a) * (b))
#define sum_lanes(v) (v)
#define even(a, b) ((void)(b), a)
#define all_between(x, low, high) ((x) >= (low) && (x) <= (high))
#define inverse_root(x) (1.0f / sqrtf(x))

static inline vector larger(vector x, vector y) {
  return x > y || x != x ? x : y;
}
