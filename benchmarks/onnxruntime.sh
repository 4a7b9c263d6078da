#!/bin/sh
# onnxruntime.sh FOLDER [CORE]: times AlexNet, VGG-16 and ResNet-18 of zoo.sh's FOLDER on one pinned core against ONNX
# Runtime in floats and in 8-bit integers, in turns; the figures go into FOLDER/onnxruntime.json.
set -eu
folder=${1:?"usage: $0 FOLDER [CORE]"}
exec "$(dirname "$0")/run.sh" "${2:-1}" OnnxRuntimeSpeed "$folder" "$folder/onnxruntime.json"
