# Boards with a 64-bit system: Raspberry Pi 3 and later, Jetson, Rockchip; servers.
cmake_options=-DCMAKE_TOOLCHAIN_FILE=$root/cmake/toolchains/linux-arm64.cmake
need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
need aarch64-linux-gnu-g++ g++-aarch64-linux-gnu
need qemu-aarch64-static qemu-user-static
need readelf binutils
java=$("$root/cmake/emulated-java.sh" --if-present arm64) || missing="$missing (run: cmake/emulated-java.sh arm64)"

check_kernels() { # check_kernels WHICH PROCESSOR INSTRUCTION_SETS [FAMILY]
  check "$1: $3 on emulated $2" "$root/cmake/checks/kernels.sh" "$3" \
    qemu-aarch64-static -cpu "$2" -L /usr/aarch64-linux-gnu "$build/qcnn-check" ${4-}
}

run_checks() {
  check "library: one file, small, stripped, only our names" "$root/cmake/checks/library.sh" "$library"
  check "jar: holds this library and nothing else" "$root/cmake/checks/jar.sh" "$library" "$name"
  check "glibc 2.29 is enough" "$root/cmake/checks/glibc.sh" "$library" 2.29
  check_kernels kernels cortex-a72 "scalar neon"
  check_kernels kernels cortex-a76 "scalar neon neon-dotprod"
  # These have the same kernels: what is left to prove is that they are found and that none lacks an instruction.
  check_kernels "lookup convolutions" cortex-a53 "scalar neon" lookup_handover
  check_kernels "lookup convolutions" max "scalar neon neon-dotprod" lookup_handover
  check "Java: golden network, bit for bit; contract of the kernels" "$root/cmake/checks/java.sh" "$java" "$name"
}
