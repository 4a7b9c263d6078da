/*
 * The loop over blocks of positions that builds a subspace's tables: the file that includes this
 * defines table_entry, BUILD_POSITIONS and
 *   build_block(pairs, inputs, pair_stride, codewords, sub_codewords, table, table_stride),
 * which builds the tables of that many positions and is inlined with a constant number of pairs for
 * the usual sizes of sub-codewords.
 */
static void build_table(const int16_t* inputs, ptrdiff_t pair_stride, int pairs,
                        const int16_t* codewords, int sub_codewords, int positions,
                        table_entry* table, ptrdiff_t table_stride) {
  for (int i = 0; i < positions; i += BUILD_POSITIONS) {
    const int16_t* block = inputs + 2 * i;
    switch (pairs) {
      case 1:
        build_block(1, block, pair_stride, codewords, sub_codewords, table + i, table_stride);
        break;
      case 2:
        build_block(2, block, pair_stride, codewords, sub_codewords, table + i, table_stride);
        break;
      case 3:
        build_block(3, block, pair_stride, codewords, sub_codewords, table + i, table_stride);
        break;
      case 4:
        build_block(4, block, pair_stride, codewords, sub_codewords, table + i, table_stride);
        break;
      default:
        build_block(pairs, block, pair_stride, codewords, sub_codewords, table + i, table_stride);
        break;
    }
  }
}
