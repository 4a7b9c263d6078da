#!/bin/sh
# resnet34.sh FOLDER [DATA]: the curve of size against accuracy on a real network, in DATA (../shared/data): compresses
# ResNet-34 with every preset and evaluates each beside the original on the same images.
set -eu
folder=${1:?"usage: $0 FOLDER [DATA]"}
root=$(cd "$(dirname "$0")/.." && pwd)
data=${2:-$root/../shared/data}
mkdir -p "$folder"

for preset in fine balanced small tiny; do
  "$root/qcnn" compress "$data/resnet34/resnet34.onnx" --calibration "$data/imagenet/calibration" \
    --preprocessing "$data/resnet34/preprocessing.json" --preset "$preset" \
    --report "$folder/resnet34-$preset.json" -o "$folder/resnet34-$preset.onnx"
  "$root/qcnn" evaluate "$folder/resnet34-$preset.onnx" --images "$data/imagenet/validation" \
    --labels "$data/imagenet/validation/labels.tsv" --reference "$data/resnet34/resnet34.onnx" \
    --json "$folder/resnet34-$preset-accuracy.json"
done
