#!/bin/sh
# all.sh FOLDER [CORE]: everything about speed in one command, into FOLDER; makes the networks of zoo.sh there unless they
# are there already. Takes about 10 minutes, or 20 with the networks.
set -eu
folder=${1:?"usage: $0 FOLDER [CORE]"}
core=${2:-1}
scripts=$(cd "$(dirname "$0")" && pwd)

if [ ! -e "$folder/resnet-18-paper.onnx" ]; then # the last one that zoo.sh makes
  "$scripts/zoo.sh" "$folder"
fi
"$scripts/speed.sh" "$folder" "$core"
"$scripts/onnxruntime.sh" "$folder" "$core"
"$scripts/fullyconnected.sh" "$folder" "$core"
"$scripts/threads.sh" "$folder"
"$scripts/startup.sh" "$folder"
