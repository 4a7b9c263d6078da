#!/bin/sh
# armv7.sh LIBRARY BUILD_FOLDER: nothing beyond ARMv7-A with VFPv3 and the first NEON. An emulator executes more than the
# processor it is told to be, so this reads the code: the attributes that the assembler wrote, and every instruction.
set -eu
attributes=$(readelf -AW "$1")
echo "$attributes"
echo "$attributes" | grep -qE 'Tag_CPU_arch: v7$'
echo "$attributes" | grep -qE 'Tag_FP_arch: VFPv3(-D16)?$'
echo "$attributes" | grep -qE 'Tag_Advanced_SIMD_arch: NEONv1$'
if echo "$attributes" | grep -E 'Tag_(DIV_use|FP_HP_extension|MPextension_use|Virtualization_use)'; then exit 1; fi

# The objects, because the stripped library no longer says where constants lie between the instructions.
objects=$(find "$2" -name '*.o')
instructions=$(arm-linux-gnueabihf-objdump -d --no-show-raw-insn $objects | awk -F'\t' 'NF > 1 { print $2 }' | sort | uniq -c)
echo "$instructions" | grep -q 'vmla\.f32' # there is code to look at
# Fused multiply-add (VFPv4), division (ARMv7VE), half floats, and what came with ARMv8.
beyond='^ *[0-9]+ (vfn?m[as]|[su]div|vcvt[bt]|vmaxnm|vminnm|vsel|vrint|vcvt[anpm]\.|v[su]dot|crc32|lda|stl|sevl)'
if echo "$instructions" | grep -E "$beyond"; then exit 1; fi
