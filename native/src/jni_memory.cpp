// The three names of the C++ library that JavaCPP's glue uses. Defining them here keeps that library, and the
// machinery of exceptions, out of libjniqcnn.so: boards and phones have other versions of it or none.
#include <cstdlib>
#include <new>

namespace std {
const nothrow_t nothrow = nothrow_t();
}

void *operator new[](std::size_t size, const std::nothrow_t &) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}

void operator delete[](void *memory) noexcept {
  std::free(memory);
}
