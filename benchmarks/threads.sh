#!/bin/sh
# threads.sh FOLDER [CORES]: times AlexNet and VGG-16 of zoo.sh's FOLDER on one thread and on two, in turns; the figures go
# into FOLDER/threads.json.
set -eu
folder=${1:?"usage: $0 FOLDER [CORES]"}
exec "$(dirname "$0")/run.sh" "${2:-0,1}" ThreadScaling "$folder" "$folder/threads.json"
