#!/bin/sh
# accuracy.sh FOLDER [DATA]: size against accuracy on real networks, in DATA (../shared/data): compresses each to a goal, evaluates it beside
# the original on test images that nothing was learnt from, and writes one line a network; reports lie in FOLDER. mlp3,
# mlp5 and vgg are those of train.sh, in FOLDER/nets; without them they are left out.
set -eu
folder=${1:?"usage: $0 FOLDER [DATA]"}
root=$(cd "$(dirname "$0")/.." && pwd)
data=${2:-$root/../shared/data}
mkdir -p "$folder"

# compress NAME GOAL MODEL... -- CALIBRATION TEST-IMAGES [evaluate options]
compress() {
  name=$1
  goal=$2
  shift 2
  model=
  while [ "$1" != -- ]; do
    model="$model $1"
    shift
  done
  calibration=$2
  images=$3
  shift 3
  # shellcheck disable=SC2086
  "$root/qcnn" compress $model --calibration "$calibration" --tables 16 --target-size "$goal" \
    --report "$folder/$name.json" -o "$folder/$name.onnx" >"$folder/$name.txt"
  "$root/qcnn" evaluate "$folder/$name.onnx" --images "$images" --json "$folder/$name-accuracy.json" "$@" >"$folder/$name-accuracy.txt"
  echo "$name: $(stat -c %s "$folder/$name.onnx") bytes, $(grep -m1 '^top-1' "$folder/$name-accuracy.txt" | tr -s ' ')"
}

cifar=$data/cifar10
for depth in 20 44; do
  for part in 10.5 12.2; do
    compress "resnet$depth-$part" "1/$part" "$cifar/resnet$depth.onnx" --preprocessing "$cifar/resnet$depth.preprocessing.json" -- \
      "$cifar/calibration.bin.gz" "$cifar/test.bin.gz" --reference "$cifar/resnet$depth.onnx"
  done
done
compress resnet20-12-tuned 1/12.05 "$cifar/resnet20.onnx" --preprocessing "$cifar/resnet20.preprocessing.json" --max-images 4000 \
  --fine-tune 10 -- "$cifar/calibration.bin.gz" "$cifar/test.bin.gz" --reference "$cifar/resnet20.onnx"
mnist=$data/mnist
lenet=$data/lenet
for part in 20 36; do
  compress "lenet-$part" "1/$part" "$lenet/deploy.prototxt" --weights "$lenet/lenet.caffemodel" \
    --preprocessing "$lenet/preprocessing.json" --max-images 10000 --fine-tune 5 -- "$mnist/train-images-20000-idx3-ubyte.gz" "$mnist/t10k-images-idx3-ubyte.gz" \
    --reference "$lenet/deploy.prototxt" --reference-weights "$lenet/lenet.caffemodel"
done
for network in mlp3 mlp5; do
  if [ -e "$folder/nets/$network.onnx" ]; then
    compress "$network-14" 1/14 "$folder/nets/$network.onnx" -- "$mnist/train-images-20000-idx3-ubyte.gz" \
      "$mnist/t10k-images-idx3-ubyte.gz" --reference "$folder/nets/$network.onnx"
    compress "$network-30" 1/30.2 "$folder/nets/$network.onnx" --max-images 10000 --fine-tune 5 -- \
      "$mnist/train-images-20000-idx3-ubyte.gz" "$mnist/t10k-images-idx3-ubyte.gz" --reference "$folder/nets/$network.onnx"
  fi
done
if [ -e "$folder/nets/vgg.onnx" ]; then
  compress vgg-20 1/20 "$folder/nets/vgg.onnx" -- "$cifar/calibration.bin.gz" "$cifar/test.bin.gz" --reference "$folder/nets/vgg.onnx"
fi
demo=$root/java/cli/src/main/resources/org/qcnn/cli/demo
compress demo-20.5 1/20.5 "$demo/network.onnx" --preprocessing "$demo/preprocessing.json" -- "$demo/calibration-images-idx3-ubyte.gz" \
  "$demo/test-images-idx3-ubyte.gz" --labels "$demo/test-labels-idx1-ubyte.gz" --reference "$demo/network.onnx"
photographs=$data/imagenet
for part in 9.05 12.2 16.2; do
  compress "resnet34-$part" "1/$part" "$data/resnet34/resnet34.onnx" --preprocessing "$data/resnet34/preprocessing.json" -- \
    "$photographs/calibration" "$photographs/validation" --labels "$photographs/validation/labels.tsv" \
    --reference "$data/resnet34/resnet34.onnx"
done
