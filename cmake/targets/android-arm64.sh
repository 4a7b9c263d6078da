# Phones and tablets since about 2015.
cmake_options=-DCMAKE_TOOLCHAIN_FILE=$root/cmake/toolchains/$name.cmake
need clang-19 clang-19
need ld.lld-19 lld-19
need llvm-ar-19 llvm-19
need readelf binutils
[ -e /usr/lib/llvm-19/include/c++/v1/new ] || missing="$missing libc++-19-dev"
[ -e /usr/aarch64-linux-gnu/include/stdlib.h ] || missing="$missing libc6-dev-arm64-cross"

run_checks() {
  check "library: one file, small, stripped, only our names" \
    "$root/cmake/checks/library.sh" "$library" libc.so libm.so libdl.so liblog.so
  check "library: machine, 16 KiB pages, known imports only" "$root/cmake/checks/android.sh" "$library" "$name"
  check "kernels: lookup layers on Android's own C library, emulated" \
    "$root/cmake/checks/report.sh" org.qcnn.android.BionicTest
}
