"""A small language model: a transformer that reads letters and guesses the next one.

It reads the reference texts that come with Python (`pydoc_data.topics`), then writes on its own.
Run it as `python small_language_model.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
from transformer import Block, Embedded

import geartrain
from geartrain import Model, layers
from geartrain.drawing.chart import Chart
from geartrain.drawing.svg import GREY, ORANGE

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
LENGTH, WIDTH, HEADS, BLOCKS = (32, 32, 2, 1) if quick else (48, 64, 4, 2)

text = " ".join(" ".join(topics[name] for name in sorted(topics)).split())
text = "".join(each for each in text.lower() if 32 <= ord(each) < 127)[
    : 20_000 if quick else 200_000
]
letters = sorted(set(text))
numbers = np.array([letters.index(each) for each in text], "int32")
print(f"{len(text)} letters, {len(letters)} different ones; they begin {text[:40]!r}")

# Windows of the text, and the same one letter on.
step = LENGTH // 2
starts = np.arange(0, len(numbers) - LENGTH - 1, step)
windows = numbers[starts[:, None] + np.arange(LENGTH + 1)]
cut = len(windows) * 9 // 10


inputs = geartrain.Input((LENGTH,), dtype="int32")
x = Embedded(len(letters), LENGTH, WIDTH)(inputs)
for _ in range(BLOCKS):
    x = Block(WIDTH, HEADS, causal=True)(x)
model = Model(inputs, layers.Dense(len(letters))(x))
print(f"{model.count_params()} weights")
model.compile(
    geartrain.optimizers.AdamW(geartrain.optimizers.schedules.CosineDecay(0.003, 1200)),
    geartrain.losses.SparseCategoricalCrossentropy(from_logits=True),
)
history = model.fit(
    windows[:cut, :-1], windows[:cut, 1:], batch_size=64, epochs=1 if quick else 10,
    validation_data=(windows[cut:, :-1], windows[cut:, 1:]), verbose=0,
)  # fmt: skip
losses = history.history["val_loss"]
bits = np.array(losses) / np.log(2)
print(f"a letter costs {bits[-1]:.2f} bits; alike, they cost {np.log2(len(letters)):.2f}")
assert quick or bits[-1] < 3


guess = geartrain.jit(model)


def written(prompt, count, temperature, rng):
    """Letters drawn one by one; a low temperature prefers the likely ones."""
    row = [letters.index(each) for each in prompt]
    for _ in range(count):
        shown = row[-LENGTH:]
        padded = np.zeros((1, LENGTH), "int32")
        padded[0, : len(shown)] = shown
        logits = guess(padded).numpy()[0, len(shown) - 1].astype("float64") / temperature
        chances = np.exp(logits - logits.max())
        row.append(int(rng.choice(len(letters), p=chances / chances.sum())))
    return "".join(letters[each] for each in row)


for temperature in (0.3, 0.7, 1.0):
    rng = np.random.default_rng(0)
    print(f"{temperature}: {written('the function ', 20 if quick else 120, temperature, rng)}")
epochs = range(1, len(bits) + 1)
chart = Chart("bits for each letter", (1, max(2, len(bits))), (0, 6.5), ("epoch", "bits"))
chart.line([(1, np.log2(len(letters))), (max(2, len(bits)), np.log2(len(letters)))], GREY,
           name="all letters alike", dashed=True)  # fmt: skip
chart.line(
    zip(epochs, np.array(history.history["loss"]) / np.log(2), strict=True), name="texts read"
)
chart.line(zip(epochs, bits, strict=True), ORANGE, name="texts not read")
chart.save(folder / "small_language_model.svg")
