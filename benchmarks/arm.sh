#!/bin/sh
# arm.sh FOLDER: what can be said of 64-bit Arm without a board, into FOLDER/arm.json and FOLDER/arm.txt:
# - look-ups per cycle of the NEON kernels' inner loops on four cores, by llvm-mca's models of them;
# - instructions of two VGG-16 layers through the lookup kernels, the dense kernels and im2col + OpenBLAS, counted in qemu.
# Takes some minutes, most of them OpenBLAS in the emulator. clang is used as well if it is installed.
set -eu
folder=${1:?"usage: $0 FOLDER"}
root=$(cd "$(dirname "$0")/.." && pwd)
COMMAND="$0 $*"

# name, channels, filters, kernel, extent; then the lookup setting
layers="conv3_2:256:256:3:56 conv4_2:512:512:3:28"
sub_codeword_size=6
sub_codewords=128
lookup_cores="cortex-a72 neoverse-n1 max"
openblas_cores="CORTEXA53 CORTEXA72 NEOVERSEN1"

# Prints the newest installed of a tool whose Debian package has its version in the name.
newest() {
  for version in 21 20 19 18 17 16; do
    if command -v "$1-$version" >/dev/null; then
      echo "$1-$version"
      return
    fi
  done
}

missing=
need() { # need COMMAND PACKAGE
  command -v "$1" >/dev/null || missing="$missing $2"
}
need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
need gcc gcc
need cmake cmake
need make make
need python3 python3
need qemu-aarch64 qemu-user # qemu-user-static has no plugins
need dpkg-deb dpkg
MCA=$(newest llvm-mca)
OBJDUMP=$(newest llvm-objdump)
if [ -z "$MCA" ] || [ -z "$OBJDUMP" ]; then
  missing="$missing llvm-19"
fi
if [ -n "$missing" ]; then
  echo "$0: missing Debian packages:$missing" >&2
  exit 1
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# ---- The kernels, compiled as they are shipped -------------------------------------------------------
build() { # build NAME CMAKE_ARGUMENTS...
  name=$1
  shift
  echo "building with $name"
  cmake --no-warn-unused-cli -S "$root/native" -B "$folder/build-$name" "$@" >/dev/null
  cmake --build "$folder/build-$name" --target qcnn_objects -j2 >/dev/null
}

COMPILERS=gcc
COMPILER_gcc=aarch64-linux-gnu-gcc
build gcc -DCMAKE_TOOLCHAIN_FILE="$root/cmake/toolchains/linux-arm64.cmake"
COMPILER_clang=$(newest clang)
if [ -n "$COMPILER_clang" ]; then
  COMPILERS="$COMPILERS clang"
  build clang -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY \
    -DCMAKE_C_COMPILER="$COMPILER_clang" -DCMAKE_C_COMPILER_TARGET=aarch64-linux-gnu \
    -DCMAKE_C_FLAGS="-isystem /usr/aarch64-linux-gnu/include" -DQCNN_WERROR=OFF
else
  echo "without clang, which Android's NDK uses (Debian package clang-19)"
fi

# ---- OpenBLAS for arm64, from Debian, without touching what is installed here ------------------------
blas=$folder/openblas
if [ ! -d "$blas/usr" ]; then
  echo "fetching OpenBLAS for arm64"
  mkdir -p "$blas/state/lists/partial" "$blas/cache/archives/partial"
  : >"$blas/status"
  arm_apt() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State="$blas/state" \
      -o Dir::Cache="$blas/cache" -o Dir::State::status="$blas/status" -o APT::Sandbox::User=root "$@"
  }
  if ! { arm_apt update && (cd "$blas" && arm_apt download libopenblas-serial-dev); }; then
    echo "$0: cannot fetch libopenblas-serial-dev:arm64 (it may also be put into $blas by hand)" >&2
    exit 1
  fi
  rm -r "$blas/state" "$blas/cache" "$blas/status"
  dpkg-deb -x "$blas"/libopenblas-serial-dev_*_arm64.deb "$blas"
fi
OPENBLAS=$(basename "$blas"/libopenblas-serial-dev_*_arm64.deb .deb)

# ---- Instructions of a layer -------------------------------------------------------------------------
counts=$folder/counts
rm -rf "$counts"
mkdir -p "$counts"
gcc -O2 -Wall -Wextra -Werror -fPIC -shared -o "$folder/count.so" "$root/benchmarks/arm/count.c"
# shellcheck disable=SC2046 # a list of files
aarch64-linux-gnu-gcc -std=c11 -O2 -Wall -Wextra -Werror -static -I"$root/native/include" \
  -I"$blas/usr/include/aarch64-linux-gnu/openblas-serial" -o "$folder/layer" "$root/benchmarks/arm/layer.c" \
  $(find "$folder/build-gcc/CMakeFiles/qcnn_objects.dir" -name '*.o') \
  "$blas"/usr/lib/aarch64-linux-gnu/openblas-serial/libopenblas-*.a -lm

count() { # count LAYER:CHANNELS:FILTERS:KERNEL:EXTENT WAY EMULATED_CORE VARIANT
  name=${1%%:*}
  out=$counts/$name.$2.$4
  echo "counting $name, $2, $4"
  # shellcheck disable=SC2046 # four arguments
  qemu-aarch64 -cpu "$3" -plugin "$folder/count.so,out=$out.count" "$folder/layer" "$2" \
    $(echo "${1#*:}" | tr : ' ') "$sub_codeword_size" "$sub_codewords" >"$out.out"
}

for layer in $layers; do
  for core in $lookup_cores; do
    count "$layer" lookup8 "$core" "$core"
    count "$layer" lookup16-8 "$core" "$core"
  done
  count "$layer" lookup16 cortex-a72 cortex-a72
  count "$layer" dense cortex-a72 cortex-a72
  for core in $openblas_cores; do
    OPENBLAS_CORETYPE=$core count "$layer" sgemm max "$core"
  done
done

COMMIT=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)
QEMU=qemu-aarch64
export COMMAND COMMIT MCA OBJDUMP QEMU OPENBLAS COMPILERS COMPILER_gcc COMPILER_clang
python3 "$root/benchmarks/arm/report.py" "$folder"
echo "$folder/arm.json"
