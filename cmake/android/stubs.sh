#!/bin/sh
# stubs.sh TARGET FOLDER: makes libc.so, libm.so, libdl.so and liblog.so without contents, to link Android
# libraries against where no NDK is; see imports.txt.
set -eu
target=$1
folder=$2
imports=$(dirname "$0")/imports.txt
mkdir -p "$folder"

for library in libc libm libdl liblog; do
  sed -n "s/^$library \([^ ]*\).*/.globl \1; .type \1, %function; \1:/p" "$imports" |
    clang-19 --target="$target" -fuse-ld=lld-19 -nostdlib -shared -Wl,-soname,"$library.so" \
      -x assembler - -o "$folder/$library.so"
done
