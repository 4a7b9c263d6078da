#!/bin/sh
# speed.sh FOLDER [CORE]: times AlexNet and VGG-16 of zoo.sh's FOLDER on one pinned core: lookup tables, our dense
# engine and im2col + OpenBLAS in turns, whole network and per layer; JSON goes into FOLDER.
set -eu
folder=${1:?"usage: $0 FOLDER [CORE]"}
core=${2:-1}
root=$(cd "$(dirname "$0")/.." && pwd)

"$root/qcnn" --version # builds, if it must, before anything is measured
for network in alexnet-paper vgg-16-paper-vgg; do
  taskset -c "$core" "$root/qcnn" benchmark "$folder/$network.onnx" --threads 1 --runs 15 \
    --reference "$folder/${network%%-paper*}.onnx" --json "$folder/$network-speed.json"
done
