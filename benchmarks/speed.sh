#!/bin/sh
# speed.sh FOLDER [CORE]: times AlexNet, CNN-S and VGG-16 of zoo.sh's FOLDER on one pinned core: lookup tables, our dense
# engine and im2col + OpenBLAS in turns, once with the best instructions of the machine and once with everything held to
# AVX2. Figures per layer go into FOLDER/NETWORK-best.json and -avx2.json, whole networks and convolutions alone into
# FOLDER/speed.json.
set -eu
folder=${1:?"usage: $0 FOLDER [CORE]"}
core=${2:-1}
root=$(cd "$(dirname "$0")/.." && pwd)

# measure LABEL JAVA_OPTIONS: times all networks and notes what there is to sum up.
measured=
measure() {
  for network in alexnet-paper cnn-s-paper vgg-16-paper vgg-16-paper-vgg; do
    QCNN_JAVA_OPTIONS=$2 taskset -c "$core" "$root/qcnn" benchmark "$folder/$network.onnx" --threads 1 --runs 15 \
      --reference "$folder/${network%%-paper*}.onnx" --json "$folder/$network-$1.json"
    measured="$measured $folder/$network.onnx $folder/$network-$1.json"
  done
}

"$root/qcnn" --version # builds, if it must, before anything is measured
options=${QCNN_JAVA_OPTIONS:-}
# OpenBLAS chooses its kernels itself, whatever the environment held it to.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
measure best "$options"
export OPENBLAS_CORETYPE=Haswell
measure avx2 "$options -Dqcnn.isa=avx2"

# shellcheck disable=SC2086 # a list of files
"$root/benchmarks/run.sh" "$core" SpeedSummary "$folder/speed.json" $measured
