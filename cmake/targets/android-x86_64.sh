# Android's emulator on a workstation, Chromebooks.
cmake_options=-DCMAKE_TOOLCHAIN_FILE=$root/cmake/toolchains/$name.cmake
need clang-19 clang-19
need ld.lld-19 lld-19
need llvm-ar-19 llvm-19
need readelf binutils
[ -e /usr/lib/llvm-19/include/c++/v1/new ] || missing="$missing libc++-19-dev"
[ -e /usr/include/stdlib.h ] || missing="$missing libc6-dev"

run_checks() {
  check "library: one file, small, stripped, only our names" \
    "$root/cmake/checks/library.sh" "$library" libc.so libm.so libdl.so liblog.so
  check "library: machine, 16 KiB pages, known imports only" "$root/cmake/checks/android.sh" "$library" "$name"
}
