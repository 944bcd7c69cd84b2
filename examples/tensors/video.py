"""Video: pictures one after the other, `(samples, frames, height, width, channels)`.

Run it as `python video.py [folder]`; it saves a picture there.
"""

import math
import sys
from pathlib import Path

import numpy as np

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def ball(frames, height, width, bounces):
    """A ball that flies from left to right, as frames of 0 to 255."""
    time = np.linspace(0, 1, frames)[:, None, None]
    row, column = np.mgrid[0:height, 0:width]
    top = (height - 6) * (1 - np.abs(np.sin(np.pi * bounces * time)))
    inside = (row - top - 2) ** 2 + (column - time * (width - 1)) ** 2 < 12
    sky = np.broadcast_to(40 + 3 * row[..., None] * (0, 1, 2), (frames, height, width, 3))
    return np.where(inside[..., None], (250, 140, 40), sky).astype("uint8")


clips = ops.convert_to_tensor(np.stack([ball(24, 36, 48, 1), ball(24, 36, 48, 3)]))
print("samples, frames, height, width, channels:", clips.shape)
print("one clip:", clips[0].shape)
print("one frame:", clips[0, 12].shape)
print("every fourth frame:", clips[:, ::4].shape)

# Four clips of a minute, four frames a second, of 144 x 256 pixels: a lot of numbers.
minute = (4, 240, 144, 256, 3)
print(f"{minute} holds {math.prod(minute):,} numbers: {math.prod(minute) / 1e6:.0f} MB as uint8,")
print(f"{4 * math.prod(minute) / 1e6:.0f} MB as float32")

print("saved", explain.picture(clips).save(folder / "video.svg"))
