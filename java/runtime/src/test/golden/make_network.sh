#!/bin/sh
# Makes the golden networks and their pictures anew from the demo's files. Every layer is quantized, so that all that is
# computed up to the scores is integers. The scores come from GoldenNetworkTest, which says where it leaves them.
set -eu
root=$(cd "$(dirname "$0")/../../../../.." && pwd)
golden=$root/java/runtime/src/test/resources/org/qcnn/golden
cd "$root/java/cli/src/main/resources/org/qcnn/cli/demo" # the network names the files it comes from
for bits in 16 8; do
  "$root/qcnn" compress network.onnx --calibration calibration-images-idx3-ubyte.gz \
    --preprocessing preprocessing.json --preset tiny --tables $bits \
    --layer /conv1/Conv=1:16 --layer /fc1/Gemm=8:16 -o "$golden/network-$bits.onnx"
done
# 12 pictures of 28x28 bytes, behind a header of 16 bytes.
gzip -dc test-images-idx3-ubyte.gz | tail -c +17 | head -c 9408 >"$golden/pictures.bin"
