/* Camera pictures to upright red, green, blue. The formula is in qcnn.h. */
#include <stdbool.h>
#include <stddef.h>

#include "qcnn.h"

/* BT.601 with 16 fractional bits; the same numbers are in YuvPicture.java. */
typedef struct {
  int32_t luma, red_v, green_u, green_v, blue_u, black;
} conversion;

static const conversion full_range = {65536, 91881, -22553, -46802, 116130, 0};
static const conversion limited_range = {76309, 104597, -25675, -53279, 132201, 16};

/* Which stored pixel column 0 of a row of the upright picture is, and the way to the next one. */
typedef struct {
  int32_t x, y, step_x, step_y;
} walk;

static walk walk_of_row(const qcnn_yuv* picture, int32_t row) {
  int32_t right = picture->width - 1, bottom = picture->height - 1;
  switch (picture->rotation) {
    case 90:
      return (walk){row, bottom, 0, -1};
    case 180:
      return (walk){right, bottom - row, -1, 0};
    case 270:
      return (walk){right - row, 0, 0, 1};
    default:
      return (walk){0, row, 1, 0};
  }
}

static bool upright(int32_t rotation) {
  return rotation == 0 || rotation == 180;
}

static bool usable(const qcnn_yuv* picture) {
  int32_t rotation = picture->rotation;
  return picture->width > 0 && picture->width <= QCNN_YUV_MAX_SIDE && picture->height > 0 &&
         picture->height <= QCNN_YUV_MAX_SIDE && picture->luma_row_stride >= picture->width &&
         picture->chroma_row_stride > 0 && picture->chroma_pixel_stride > 0 &&
         (upright(rotation) || rotation == 90 || rotation == 270);
}

static uint8_t byte(int32_t scaled) {
  int32_t value = (scaled + (1 << 15)) >> 16;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

int32_t qcnn_yuv_to_rgb(const qcnn_yuv* picture, const uint8_t* y, const uint8_t* u,
                        const uint8_t* v, uint8_t* rgb, int32_t first, int32_t last) {
  if (!usable(picture)) {
    return QCNN_BAD_SHAPE;
  }
  int32_t rows = upright(picture->rotation) ? picture->height : picture->width;
  int32_t columns = upright(picture->rotation) ? picture->width : picture->height;
  if (first < 0 || first > last || last > rows) {
    return QCNN_BAD_RANGE;
  }
  const conversion* c = picture->full_range ? &full_range : &limited_range;
  for (int32_t row = first; row < last; row++) {
    walk at = walk_of_row(picture, row);
    uint8_t* pixel = rgb + (size_t)row * columns * 3;
    for (int32_t column = 0; column < columns; column++, pixel += 3) {
      size_t chroma = (size_t)(at.y / 2) * picture->chroma_row_stride +
                      (size_t)(at.x / 2) * picture->chroma_pixel_stride;
      int32_t blueness = u[chroma] - 128, redness = v[chroma] - 128;
      int32_t luma = c->luma * (y[(size_t)at.y * picture->luma_row_stride + at.x] - c->black);
      pixel[0] = byte(luma + c->red_v * redness);
      pixel[1] = byte(luma + c->green_u * blueness + c->green_v * redness);
      pixel[2] = byte(luma + c->blue_u * blueness);
      at.x += at.step_x;
      at.y += at.step_y;
    }
  }
  return QCNN_OK;
}
