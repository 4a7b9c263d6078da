#!/bin/sh
# fullyconnected.sh FOLDER [CORE]: measures how fast the first fully-connected layers of AlexNet and VGG-16 read their
# codes on one pinned core, beside memcpy; the figures go into FOLDER/fullyconnected.json.
set -eu
folder=${1:?"usage: $0 FOLDER [CORE]"}
mkdir -p "$folder"
exec "$(dirname "$0")/run.sh" "${2:-1}" FullyConnectedBandwidth "$folder/fullyconnected.json"
