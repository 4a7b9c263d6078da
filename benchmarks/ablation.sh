#!/bin/sh
# ablation.sh RESULT.json [DATA] [IMAGES] [EPOCHS] [SIZE...]: what each step of training is worth on ResNet-34, in DATA
# (../shared/data), with IMAGES of its calibration images (200), at sizes of 1/SIZE (8 12 16 20 25), and how many calibration
# images it takes; EPOCHS of fine-tuning (3; 0: none). Takes two to three hours; rows are printed as they come.
set -eu
result=${1:?"usage: $0 RESULT.json [DATA] [IMAGES] [EPOCHS] [SIZE...]"}
root=$(cd "$(dirname "$0")/.." && pwd)
data=${2:-$root/../shared/data}
images=${3:-200}
epochs=${4:-3}
if [ $# -gt 4 ]; then shift 4; else set -- 8 12 16 20 25; fi
mvn -q -f "$root/pom.xml" -Dqcnn.quick -DskipTests -Dqcnn.check.skip -pl benchmarks -am package
java -cp "$root/benchmarks/target/classes:$root/benchmarks/target/lib/*" org.qcnn.benchmarks.AccuracyAblation \
  "$data/resnet34/resnet34.onnx" "$data/resnet34/preprocessing.json" "$data/imagenet/calibration" \
  "$data/imagenet/validation" "$data/imagenet/validation/labels.tsv" "$images" "$epochs" "$result" "$@"
