# Boards with a 64-bit system: Raspberry Pi 3 and later, Jetson, Rockchip; servers.
cmake_options=-DCMAKE_TOOLCHAIN_FILE=$root/cmake/toolchains/linux-arm64.cmake
need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
need aarch64-linux-gnu-g++ g++-aarch64-linux-gnu
need qemu-aarch64-static qemu-user-static
need readelf binutils
java=$("$root/cmake/emulated-java.sh" --if-present arm64) || missing="$missing (run: cmake/emulated-java.sh arm64)"

check_kernels() { # check_kernels PROCESSOR INSTRUCTION_SETS
  check "kernels: $2 on emulated $1" "$root/cmake/checks/kernels.sh" "$2" \
    qemu-aarch64-static -cpu "$1" -L /usr/aarch64-linux-gnu "$build/qcnn-check"
}

run_checks() {
  check "library: one file, small, stripped, only our names" "$root/cmake/checks/library.sh" "$library"
  check "jar: holds this library and nothing else" "$root/cmake/checks/jar.sh" "$library" "$name"
  check "glibc 2.29 is enough" "$root/cmake/checks/glibc.sh" "$library" 2.29
  for cpu in cortex-a53 cortex-a72; do
    check_kernels $cpu "scalar neon"
  done
  for cpu in cortex-a76 max; do # with the dot product
    check_kernels $cpu "scalar neon neon-dotprod"
  done
  check "Java: golden network, bit for bit; contract of the kernels" "$root/cmake/checks/java.sh" "$java" "$name"
}
