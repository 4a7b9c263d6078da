/*
 * The loop over blocks of positions that builds a subspace's tables: the file that includes this
 * defines the types table_entry, input_value and codeword_value, BUILD_POSITIONS and
 *   build_block(parts, inputs, stride, codewords, sub_codewords, table, table_stride),
 * which builds the tables of that many positions and is inlined with a constant number of parts for
 * the usual sizes of sub-codewords; BUILD_PARTS(size) is their number. A position has 4 bytes.
 */
static void build_table(const input_value* inputs, ptrdiff_t stride, int size,
                        const codeword_value* codewords, int sub_codewords, int positions,
                        table_entry* table, ptrdiff_t table_stride) {
  const int parts = BUILD_PARTS(size);
  for (int i = 0; i < positions; i += BUILD_POSITIONS) {
    const input_value* block = inputs + 4 / (ptrdiff_t)sizeof(input_value) * i;
    switch (parts) {
      case 1:
        build_block(1, block, stride, codewords, sub_codewords, table + i, table_stride);
        break;
      case 2:
        build_block(2, block, stride, codewords, sub_codewords, table + i, table_stride);
        break;
      case 3:
        build_block(3, block, stride, codewords, sub_codewords, table + i, table_stride);
        break;
      case 4:
        build_block(4, block, stride, codewords, sub_codewords, table + i, table_stride);
        break;
      default:
        build_block(parts, block, stride, codewords, sub_codewords, table + i, table_stride);
        break;
    }
  }
}
