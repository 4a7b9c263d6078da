#!/bin/sh
# zoo.sh FOLDER [8|16|auto]: writes the networks of the zoo, compresses them with the paper's settings (random weights and
# calibration: sizes and speeds mean something, accuracy does not) and compares each file with ONNX Runtime.
set -eu
folder=${1:?"usage: $0 FOLDER [8|16|auto]"}
tables=${2:-auto} # bits of an entry
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$folder"

compressed=
for network in alexnet caffenet cnn-s vgg-16 resnet-18; do
  "$root/qcnn" zoo "$network" -o "$folder/$network.onnx"
  presets=paper
  if [ "$network" = vgg-16 ]; then presets="paper paper-vgg"; fi
  for preset in $presets; do
    "$root/qcnn" compress "$folder/$network.onnx" --calibration random:16 --preset "$preset" --tables "$tables" \
      --report "$folder/$network-$preset.json" -o "$folder/$network-$preset.onnx"
    compressed="$compressed $folder/$network-$preset.onnx"
  done
done

# shellcheck disable=SC2086 # a list of files
exec "$root/benchmarks/run.sh" 0,1 OnnxRuntimeComparison $compressed
