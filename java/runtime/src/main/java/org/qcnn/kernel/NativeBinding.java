package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code qcnn.h}, named and documented there; JavaCPP generates the glue from this
 * class. Every buffer must be direct, in native byte order and large enough: nothing is checked
 * here.
 */
@Platform(include = "qcnn.h", library = "jniqcnn")
@NoException
final class NativeBinding {
  private NativeBinding() {}

  static native int qcnn_abi_version();

  static native int qcnn_supported_isas();

  static native String qcnn_isa_name(int isa);

  static native long qcnn_convolution_packed_size(
      @Cast("const qcnn_convolution*") IntBuffer shape, int isa);

  static native int qcnn_convolution_pack(
      @Cast("const qcnn_convolution*") IntBuffer shape,
      int isa,
      FloatBuffer weights,
      ByteBuffer packed);

  static native long qcnn_convolution_scratch_size(
      @Cast("const qcnn_convolution*") IntBuffer shape, int isa);

  static native int qcnn_convolution_tasks(
      @Cast("const qcnn_convolution*") IntBuffer shape, int batch);

  static native int qcnn_convolution_run(
      @Cast("const qcnn_convolution*") IntBuffer shape,
      int batch,
      ByteBuffer packed,
      FloatBuffer bias,
      @Cast("const qcnn_activation*") ByteBuffer activation,
      FloatBuffer input,
      FloatBuffer output,
      ByteBuffer scratch,
      int first,
      int last);

  static native int qcnn_unpack_bit_planes(
      @Cast("const uint8_t*") ByteBuffer planes,
      int planeCount,
      int count,
      @Cast("uint8_t*") ByteBuffer codes);

  static native int qcnn_halves_to_floats(
      @Cast("const uint16_t*") ShortBuffer halves, int count, FloatBuffer floats);

  static native int qcnn_scaled_bytes_to_floats(
      @Cast("const int8_t*") ByteBuffer bytes,
      int shared,
      FloatBuffer scales,
      int parts,
      int part,
      FloatBuffer floats);

  static native long qcnn_lookup_convolution_packed_size(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape, int isa);

  static native int qcnn_lookup_convolution_pack(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape,
      int isa,
      FloatBuffer codebooks,
      @Cast("const uint8_t*") ByteBuffer codes,
      float inputRange,
      float responseRange,
      @Cast("const uint8_t*") ByteBuffer tableShifts,
      FloatBuffer inputBounds,
      ByteBuffer packed);

  static native long qcnn_lookup_convolution_prepared_size(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape, int isa, int batch);

  static native int qcnn_lookup_convolution_prepare_tasks(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape);

  static native int qcnn_lookup_convolution_prepare(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape,
      int batch,
      ByteBuffer packed,
      FloatBuffer input,
      Buffer prepared,
      int first,
      int last);

  static native long qcnn_lookup_convolution_scratch_size(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape, int isa, int batch);

  static native int qcnn_lookup_convolution_filter_blocks(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape, int isa);

  static native long qcnn_lookup_convolution_table_positions(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape, int isa);

  static native int qcnn_lookup_convolution_tasks(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape, int isa, int batch);

  static native int qcnn_lookup_convolution_run(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape,
      int batch,
      ByteBuffer packed,
      FloatBuffer bias,
      @Cast("const qcnn_activation*") ByteBuffer activation,
      Buffer prepared,
      FloatBuffer output,
      ByteBuffer scratch,
      int first,
      int last);

  static native int qcnn_lookup_convolution_hands_over(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape,
      @Cast("const qcnn_lookup_convolution*") IntBuffer next,
      int isa);

  static native int qcnn_lookup_convolution_hand_over(
      @Cast("const qcnn_lookup_convolution*") IntBuffer shape,
      int batch,
      ByteBuffer packed,
      FloatBuffer bias,
      @Cast("const qcnn_activation*") ByteBuffer activation,
      Buffer prepared,
      @Cast("const qcnn_lookup_convolution*") IntBuffer next,
      ByteBuffer nextPacked,
      Buffer nextPrepared,
      ByteBuffer scratch,
      int first,
      int last);

  static native int qcnn_fully_connected_run(
      int isa,
      int inputs,
      int outputs,
      int batch,
      FloatBuffer weights,
      FloatBuffer bias,
      @Cast("const qcnn_activation*") ByteBuffer activation,
      FloatBuffer input,
      FloatBuffer output,
      int first,
      int last);

  static native long qcnn_lookup_fully_connected_packed_size(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape, int isa);

  static native int qcnn_lookup_fully_connected_pack(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape,
      int isa,
      FloatBuffer codebooks,
      float inputRange,
      float responseRange,
      ByteBuffer packed);

  static native int qcnn_lookup_fully_connected_pack_codes(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape,
      @Cast("const uint8_t*") ByteBuffer codes,
      int first,
      int count,
      ByteBuffer packed);

  static native long qcnn_lookup_fully_connected_tables_size(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape, int batch);

  static native int qcnn_lookup_fully_connected_build_tasks(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape, int batch);

  static native int qcnn_lookup_fully_connected_build(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape,
      int batch,
      ByteBuffer packed,
      FloatBuffer input,
      ByteBuffer tables,
      int first,
      int last);

  static native int qcnn_lookup_fully_connected_tasks(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape);

  static native int qcnn_lookup_fully_connected_run(
      @Cast("const qcnn_lookup_fully_connected*") IntBuffer shape,
      int batch,
      ByteBuffer packed,
      FloatBuffer bias,
      @Cast("const qcnn_activation*") ByteBuffer activation,
      ByteBuffer tables,
      FloatBuffer output,
      int first,
      int last);

  static native long qcnn_pooling_scratch_size(@Cast("const qcnn_pooling*") IntBuffer shape);

  static native int qcnn_pooling_run(
      int isa,
      @Cast("const qcnn_pooling*") IntBuffer shape,
      FloatBuffer input,
      FloatBuffer output,
      ByteBuffer scratch,
      int first,
      int last);

  static native int qcnn_global_pooling_run(
      int isa, int maximum, int plane, FloatBuffer input, FloatBuffer output, int first, int last);

  static native int qcnn_local_response_normalization_run(
      int isa,
      int channels,
      int plane,
      int size,
      float alpha,
      float beta,
      float k,
      FloatBuffer input,
      FloatBuffer output,
      int first,
      int last);

  static native int qcnn_softmax_run(
      int isa, int axis, int inner, FloatBuffer input, FloatBuffer output, int first, int last);

  static native int qcnn_activation_run(
      int isa,
      @Cast("const qcnn_activation*") ByteBuffer activation,
      FloatBuffer input,
      FloatBuffer output,
      int first,
      int last);

  static native int qcnn_arithmetic_run(
      int isa,
      @Cast("const qcnn_strides*") IntBuffer strides,
      int kind,
      @Cast("const qcnn_activation*") ByteBuffer activation,
      FloatBuffer a,
      FloatBuffer b,
      FloatBuffer output,
      int first,
      int last);

  static native int qcnn_copy_run(
      @Cast("const qcnn_strides*") IntBuffer strides,
      FloatBuffer a,
      FloatBuffer output,
      int first,
      int last);

  static native int qcnn_fill_run(float value, FloatBuffer output, int first, int last);

  static native int qcnn_yuv_to_rgb(
      @Cast("const qcnn_yuv*") IntBuffer picture,
      @Cast("const uint8_t*") ByteBuffer y,
      @Cast("const uint8_t*") ByteBuffer u,
      @Cast("const uint8_t*") ByteBuffer v,
      @Cast("uint8_t*") ByteBuffer rgb,
      int first,
      int last);
}
