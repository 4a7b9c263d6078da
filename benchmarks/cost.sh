#!/bin/sh
# cost.sh FOLDER [DATA] [CORE]: how well the cost model, which chooses between lookup tables, products and dense weights, foresees the
# times of convolutions: of the zoo's networks, of those in DATA (../shared/data) and of single layers, for every
# instruction set of this machine, with random codebooks. Prints estimates beside measurements, the rates that would fit
# best (for CostRates.java) and whether a network of DATA as chosen is slower than dense; the figures go into
# FOLDER/cost-avx512.json and so on. Takes some 5 minutes for each instruction set.
set -eu
folder=${1:?"usage: $0 FOLDER [DATA] [CORE]"}
root=$(cd "$(dirname "$0")/.." && pwd)
data=${2:-$root/../shared/data}
core=${3:-1}
mkdir -p "$folder"

flags=$(grep -m 1 -E '^(flags|Features)' /proc/cpuinfo)
for isa in amx avx512 avx2 neon; do
  case $isa in
    amx) needed=' amx_int8' ;;
    avx512) needed=' avx512vbmi' ;;
    avx2) needed=' avx2' ;;
    neon) needed=' asimd' ;;
  esac
  if echo "$flags " | grep -q "$needed"; then
    echo "== $isa"
    "$root/benchmarks/run.sh" "$core" CostModel "$isa" "$data" "$folder/cost-$isa.json"
  fi
done
