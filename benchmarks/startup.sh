#!/bin/sh
# startup.sh FOLDER [CORES]: times how long a fresh virtual machine takes to load the native library, AlexNet of zoo.sh's
# FOLDER, and to classify a first image; the figures go into FOLDER/startup.json.
set -eu
folder=${1:?"usage: $0 FOLDER [CORES]"}
exec "$(dirname "$0")/run.sh" "${2:-0,1}" StartupTime "$folder" "$folder/startup.json"
