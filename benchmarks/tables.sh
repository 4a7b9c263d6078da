#!/bin/sh
# tables.sh FOLDER [DATA]: what lookup tables in integers cost in accuracy: every resnet34-*.onnx of resnet34.sh's FOLDER
# beside the same codebooks with exact, decoded float weights, on the labelled photographs in DATA (../shared/data).
set -eu
folder=${1:?"usage: $0 FOLDER [DATA]"}
root=$(cd "$(dirname "$0")/.." && pwd)
data=${2:-$root/../shared/data}

for preset in fine balanced small tiny; do
  exact=$folder/resnet34-$preset-exact.onnx
  "$root/qcnn" decompress "$folder/resnet34-$preset.onnx" -o "$exact"
  "$root/qcnn" evaluate "$folder/resnet34-$preset.onnx" --images "$data/imagenet/validation" \
    --labels "$data/imagenet/validation/labels.tsv" --reference "$exact" --json "$folder/resnet34-$preset-tables.json"
done
