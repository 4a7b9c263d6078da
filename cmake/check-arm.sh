#!/bin/sh
# check-arm.sh BUILD_FOLDER: builds the check program for 64-bit Arm and runs it in an emulator, once on a
# processor with plain NEON only and once on one that has everything.
set -eu
native=$(cd "$(dirname "$0")/../native" && pwd)

missing=
command -v aarch64-linux-gnu-gcc >/dev/null || missing="$missing gcc-aarch64-linux-gnu"
command -v qemu-aarch64-static >/dev/null || missing="$missing qemu-user-static"
if [ -n "$missing" ]; then
  echo "skipped: Arm kernels not checked, missing Debian packages:$missing"
  exit 0
fi

cmake --no-warn-unused-cli -S "$native" -B "$1" -DCMAKE_EXE_LINKER_FLAGS=-static \
  -DCMAKE_TOOLCHAIN_FILE="$native/../cmake/toolchains/linux-arm64.cmake" >/dev/null
cmake --build "$1" -j2 --target qcnn-check >/dev/null
for cpu in cortex-a53 max; do
  echo "qcnn-check on emulated $cpu:"
  qemu-aarch64-static -cpu "$cpu" "$1/qcnn-check"
done
