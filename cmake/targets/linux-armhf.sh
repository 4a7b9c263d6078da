# Boards with a 32-bit system: ARMv7 with NEON, Raspberry Pi 2 and later. No fused multiply-add: that is VFPv4.
cmake_options=-DCMAKE_TOOLCHAIN_FILE=$root/cmake/toolchains/linux-armhf.cmake
need arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
need arm-linux-gnueabihf-g++ g++-arm-linux-gnueabihf
need qemu-arm-static qemu-user-static
need readelf binutils
java=$("$root/cmake/emulated-java.sh" --if-present armhf) || missing="$missing (run: cmake/emulated-java.sh armhf)"

run_checks() {
  check "library: one file, small, stripped, only our names" "$root/cmake/checks/library.sh" "$library"
  check "jar: holds this library and nothing else" "$root/cmake/checks/jar.sh" "$library" "$name"
  check "glibc 2.29 is enough" "$root/cmake/checks/glibc.sh" "$library" 2.29
  check "no instruction beyond ARMv7, VFPv3 and NEON" "$root/cmake/checks/armv7.sh" "$library" "$build"
  check "kernels: scalar neon on emulated cortex-a15" "$root/cmake/checks/kernels.sh" "scalar neon" \
    qemu-arm-static -cpu cortex-a15 -L /usr/arm-linux-gnueabihf "$build/qcnn-check"
  check "Java: golden network, bit for bit; contract of the kernels" "$root/cmake/checks/java.sh" "$java" "$name"
}
