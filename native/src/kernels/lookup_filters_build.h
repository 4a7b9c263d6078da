/*
 * Builds the tables of one subspace with filters in lanes, 64 entries at a time: the file that includes
 * this defines
 *   BUILD_FILTER_TABLE   the name of the function, which lookup_filters.h describes,
 *   STARTING_WORDS       of a sub-codeword before its bundles,
 *   build_entries(bundles, inputs, stride, codewords, entries, positions, fraction_bits, table),
 * which is inlined with a constant number of bundles for the usual sizes of sub-codewords; entry k of a
 * position lies k bytes behind its first one.
 */
void BUILD_FILTER_TABLE(const int32_t* inputs, ptrdiff_t bundle_stride, int bundles,
                        const int32_t* codewords, int entries, int positions, int fraction_bits,
                        void* table) {
  for (int k = 0; k < entries; k += 64) {
    char* part = (char*)table + k;
    switch (bundles) {
      case 1:
        build_entries(1, inputs, bundle_stride, codewords, entries, positions, fraction_bits, part);
        break;
      case 2:
        build_entries(2, inputs, bundle_stride, codewords, entries, positions, fraction_bits, part);
        break;
      case 3:
        build_entries(3, inputs, bundle_stride, codewords, entries, positions, fraction_bits, part);
        break;
      case 4:
        build_entries(4, inputs, bundle_stride, codewords, entries, positions, fraction_bits, part);
        break;
      default:
        build_entries(bundles, inputs, bundle_stride, codewords, entries, positions, fraction_bits,
                      part);
        break;
    }
    codewords += (STARTING_WORDS + (ptrdiff_t)bundles) * 64;
  }
}
