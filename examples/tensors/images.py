"""Images: `(samples, height, width)`, with colours `(samples, height, width, channels)`.

The digits are MNIST's. Run it as `python images.py [folder]`; it saves pictures there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain import explain, ops
from geartrain.datasets import mnist
from geartrain.explain.pictures import draw_image

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

(train_images, train_labels), _ = mnist.load_data()
train_images = ops.convert_to_tensor(train_images)
print(f"ndim {train_images.ndim}, shape {train_images.shape}, dtype {train_images.dtype}")

digit = train_images[4]
print(*draw_image(digit.numpy()), sep="\n")
print("this is a", train_labels[4])
explain.picture(digit).save(folder / "digit.svg")
explain.picture(train_images[:12], labels=train_labels[:12]).save(folder / "digits.svg")

# Slices: some samples, a corner of all of them, their middle.
my_slice = train_images[10:100]
print("train_images[10:100]:", my_slice.shape)
print("the same with all axes:", train_images[10:100, :, :].shape)
print("the lower right corner, [:, 14:, 14:]:", train_images[:, 14:, 14:].shape)
print("the middle, [:, 7:-7, 7:-7]:", train_images[:, 7:-7, 7:-7].shape)
explain.picture(train_images[:8, 14:, 14:]).save(folder / "corners.svg")
explain.picture(train_images[:8, 7:-7, 7:-7]).save(folder / "middles.svg")

# Batches: the first axis is the samples axis, and a model sees some of them at a time.
print("the first batch, [:128]:", train_images[:128].shape)
n = 3
print(f"batch {n}:", train_images[128 * n : 128 * (n + 1)].shape)

# Colours: a channel each for red, green and blue, at the end or before height and width.
down, across = np.mgrid[0:1:32j, 0:1:32j]
colours = np.stack([np.stack([down, across, shade + 0 * down], -1) for shade in (0, 0.5, 1)])
last = ops.convert_to_tensor(colours)
first = ops.transpose(last, (0, 3, 1, 2))
print("channels last:", last.shape, " channels first:", first.shape)
explain.picture(first, axes=("samples", "channels", "height", "width")).save(folder / "colours.svg")
