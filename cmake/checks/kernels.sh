#!/bin/sh
# kernels.sh "INSTRUCTION SETS" COMMAND...: runs the check program, in an emulator for instance, and sees to it that it found
# just these on the processor: neither one too many, which would crash there, nor one too few, unproven and unused.
set -eu
expected=$1
shift
output=$("$@" 2>&1) || { echo "$output"; exit 1; }
echo "$output"
echo "$output" | grep -qx "qcnn-check: .*, instruction sets $expected"
