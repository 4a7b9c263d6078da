#!/usr/bin/env python3
"""Trains the demonstration network on Fashion-MNIST and writes the resources of the demo.

The network is a small AlexNet: four convolutions (one of them in two groups), then three
fully connected layers that hold most of the 1.6 million parameters. The script trains it on
the 60,000 training images, reports its accuracy on the 10,000 test images and writes

    network.onnx                      the trained network
    preprocessing.json                how an image becomes the input of the network
    labels.txt                        the names of the ten classes, one a line
    calibration-images-idx3-ubyte.gz  1,000 training images, drawn at random
    test-images-idx3-ubyte.gz         the first 1,000 test images
    test-labels-idx1-ubyte.gz         their labels
    LICENSE.fashion-mnist.txt         the licence of the images

The last epoch is the result. The test images choose nothing: they are looked at once, at the end.

It runs on the CPU and needs the Debian packages python3-torch and dataset-fashion-mnist, and
for speed libopenblas0-openmp (without it the plain BLAS takes three times as long):

    apt-get install python3-torch dataset-fashion-mnist libopenblas0-openmp
    /usr/bin/python3 train_fashion_network.py [--data FOLDER] [--output FOLDER]

The network in the resources came from PyTorch 1.13 of Debian 12, in 18 minutes on two shared cores,
and is right on 9,274 of the 10,000 test images, 934 of the first 1,000. The same machine gives the
same file again; another one may differ in the last bits and so by a few images.
"""

import argparse
import gzip
import json
import struct
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

SEED = 2017
THREADS = 2  # fixed, because the number of threads changes the order of sums and so the last bits
EPOCHS = 18
BATCH = 128
PEAK_LEARNING_RATE = 1.5e-3
WEIGHT_DECAY = 0.05
LARGEST_SHIFT = 2  # pixels
SAMPLE = 1000  # images in each of the two samples written for the demo

SIDE = 28  # pixels
MEAN, STD = 0.286, 0.353  # of the training images, scaled to 0..1
LABELS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
          "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


class FashionNetwork(nn.Module):
    """AlexNet's plan at the size of a 28 x 28 image."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3, padding=1)
        self.conv3 = nn.Conv2d(64, 96, kernel_size=3, padding=1, groups=2)
        self.conv4 = nn.Conv2d(96, 64, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(64 * 7 * 7, 448)
        self.fc2 = nn.Linear(448, 256)
        self.fc3 = nn.Linear(256, len(LABELS))
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.5)

    def forward(self, images):
        features = self.pool(self.relu(self.conv1(images)))
        features = self.relu(self.conv2(features))
        features = self.relu(self.conv3(features))
        features = self.pool(self.relu(self.conv4(features)))
        features = torch.flatten(features, 1)
        features = self.dropout(self.relu(self.fc1(features)))
        features = self.dropout(self.relu(self.fc2(features)))
        return self.fc3(features)


def read_idx(path):
    """Reads a gzipped idx file of bytes: two zeros, type 8, the rank, the sizes, the data."""
    content = gzip.decompress(path.read_bytes())
    zeros, kind, rank = struct.unpack_from(">HBB", content)
    if (zeros, kind) != (0, 8):
        raise ValueError(f"{path} is not an idx file of unsigned bytes")
    sizes = struct.unpack_from(f">{rank}I", content, 4)
    data = bytearray(content[4 + 4 * rank:])
    return torch.frombuffer(data, dtype=torch.uint8).reshape(sizes)


def write_idx(path, values):
    header = struct.pack(f">HBB{values.dim()}I", 0, 8, values.dim(), *values.shape)
    # No time stamp, so that the same data always give the same file.
    path.write_bytes(gzip.compress(header + values.numpy().tobytes(), mtime=0))


def normalised(pixels):
    """Turns bytes [N,28,28] into the input of the network [N,1,28,28]."""
    return (pixels.unsqueeze(1).float() / 255 - MEAN) / STD


def augmented(pixels):
    """Shifts each image by up to LARGEST_SHIFT pixels each way and mirrors every second one."""
    count = len(pixels)
    padded = functional.pad(pixels, (LARGEST_SHIFT,) * 4)  # zero is the background
    offsets = torch.randint(2 * LARGEST_SHIFT + 1, (2, count, 1))
    rows, columns = offsets + torch.arange(SIDE)
    mirror = torch.rand(count, 1) < 0.5
    columns = torch.where(mirror, columns.flip(1), columns)
    images = torch.arange(count).reshape(-1, 1, 1)
    return padded[images, rows.unsqueeze(2), columns.unsqueeze(1)]


def train(network, pixels, labels, epochs):
    batches = (len(pixels) + BATCH - 1) // BATCH
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_LEARNING_RATE, epochs=epochs, steps_per_epoch=batches)
    network.train()
    start = time.monotonic()
    for epoch in range(1, epochs + 1):
        total_loss = 0.0
        for chosen in torch.randperm(len(pixels)).split(BATCH):
            images = normalised(augmented(pixels[chosen]))
            images = images.contiguous(memory_format=torch.channels_last)  # faster on a CPU
            loss = functional.cross_entropy(network(images), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total_loss += loss.item() * len(chosen)
        minutes = (time.monotonic() - start) / 60
        print(f"epoch {epoch} of {epochs}: training loss {total_loss / len(pixels):.4f}, "
              f"{minutes:.1f} minutes", flush=True)


@torch.no_grad()
def correct(network, pixels, labels):
    """Tells for each image whether the network's first choice is its label."""
    network.eval()
    choices = [network(normalised(batch)).argmax(1) for batch in pixels.split(500)]
    return torch.cat(choices) == labels


def export(network, path):
    network.eval()  # leaves the dropout out
    network.to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        network, torch.zeros(1, 1, SIDE, SIDE), str(path), opset_version=13,
        do_constant_folding=True, input_names=["input"], output_names=["logits"],
        dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}})


def write_preprocessing(path):
    entries = {
        "input": "input",
        "layout": "NCHW",
        "shape": ["N", 1, SIDE, SIDE],
        "channels": "grey",
        "pixel_range": [0, 255],
        "divide_by": 255,
        "mean": [MEAN],
        "std": [STD],
        "formula": "(x / 255 - mean[c]) / std[c]",
        "output": "logits",
        "output_kind": "logits before softmax",
        "classes": len(LABELS),
        "labels": "labels.txt",
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def write_licence(debian_copyright, path):
    """Copies what concerns the images: the source, the copyright and the text of the licence."""
    lines = [line.rstrip() for line in debian_copyright.read_text().splitlines()]
    paragraphs = "\n".join(lines).split("\n\n")
    wanted = [paragraph for paragraph in paragraphs if not paragraph.startswith("Files: debian/")]
    path.write_text("\n\n".join(wanted) + "\n")


def main():
    demo = Path(__file__).resolve().parent.parent / "resources/org/qcnn/cli/demo"
    parser = argparse.ArgumentParser(description="Trains the demonstration network.")
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"),
                        help="folder of the four Fashion-MNIST files (default: %(default)s)")
    parser.add_argument("--copyright", type=Path,
                        default=Path("/usr/share/doc/dataset-fashion-mnist/copyright"),
                        help="Debian's copyright file of the images (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=demo,
                        help="folder to write to (default: the resources of the demo)")
    parser.add_argument("--epochs", type=int, default=EPOCHS,
                        help="passes over the training images (default: %(default)s)")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)

    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)

    training_images = read_idx(arguments.data / "train-images-idx3-ubyte.gz")
    training_labels = read_idx(arguments.data / "train-labels-idx1-ubyte.gz").long()
    test_images = read_idx(arguments.data / "t10k-images-idx3-ubyte.gz")
    test_labels = read_idx(arguments.data / "t10k-labels-idx1-ubyte.gz")

    # Before the training, so that the sample does not depend on how long that goes on.
    calibration_images = training_images[torch.randperm(len(training_images))[:SAMPLE]]
    write_idx(arguments.output / "calibration-images-idx3-ubyte.gz", calibration_images)
    write_idx(arguments.output / "test-images-idx3-ubyte.gz", test_images[:SAMPLE])
    write_idx(arguments.output / "test-labels-idx1-ubyte.gz", test_labels[:SAMPLE])
    write_preprocessing(arguments.output / "preprocessing.json")
    (arguments.output / "labels.txt").write_text("\n".join(LABELS) + "\n")
    write_licence(arguments.copyright, arguments.output / "LICENSE.fashion-mnist.txt")

    network = FashionNetwork().to(memory_format=torch.channels_last)
    print(f"{sum(parameter.numel() for parameter in network.parameters())} parameters")
    train(network, training_images, training_labels, arguments.epochs)
    export(network, arguments.output / "network.onnx")

    hits = correct(network, test_images, test_labels)
    print(f"correct: {hits.sum()} of {len(hits)} test images, "
          f"{hits[:SAMPLE].sum()} of the first {SAMPLE}")


if __name__ == "__main__":
    main()
