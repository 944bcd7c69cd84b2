"""A network writes, letter by letter: the temperature says how bold it is.

It reads a text file, or sentences that are made up. Run it as
`python text_generation.py [folder] [--text=FILE] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers
from geartrain.drawing.chart import TONES, Chart

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
given = next((each[7:] for each in sys.argv[1:] if each.startswith("--text=")), None)
WINDOW, EPOCHS, LENGTH = (16, 1, 40) if quick else (40, 10, 200)
rng = np.random.default_rng(0)
geartrain.utils.set_random_seed(0)


def made_text(sentences):
    """Short tales: who goes where, what is found there, and what comes of it."""
    who = ["the fox", "the old king", "a small bird", "the miller", "my sister", "the moon"]
    goes = ["went to", "ran to", "looked at", "dreamed of", "walked around", "waited at"]
    where = ["the river", "the dark wood", "the tower", "the sea", "the garden", "the hill"]
    then = ["and found", "and lost", "and sang of", "and forgot", "and kept", "and gave away"]
    what = ["a golden key", "the last song", "three stones", "a red apple", "a letter", "the wind"]
    parts = (who, goes, where, then, what)
    return " ".join(
        " ".join(part[rng.integers(len(part))] for part in parts) + "." for _ in range(sentences)
    )


text = (
    Path(given).read_text(encoding="utf-8").lower() if given else made_text(60 if quick else 1000)
)
letters = sorted(set(text))
numbers = np.array([letters.index(each) for each in text])
print(f"{len(text)} letters, {len(letters)} different ones; it begins: {text[:60]}")

# What goes in is a window of letters; what is to come out is the letter behind it.
windows = np.lib.stride_tricks.sliding_window_view(numbers, WINDOW + 1)[::3]
x, y = windows[:, :-1], windows[:, -1]

model = Sequential(
    [
        geartrain.Input((WINDOW,), dtype="int32"),
        layers.Embedding(len(letters), 16),
        layers.LSTM(16 if quick else 128),
        layers.Dense(len(letters), activation="softmax"),
    ]
)
model.compile(geartrain.optimizers.Adam(0.003), "sparse_categorical_crossentropy")


def sampled(probabilities, temperature):
    """A letter drawn at random; a low temperature prefers what is likely, a high one dares more.

    p becomes p^(1 / temperature), over the sum of these: log p divided by the temperature, and a
    softmax.
    """
    logits = np.log(probabilities.astype("float64") + 1e-12) / temperature
    shares = np.exp(logits - logits.max())
    return rng.choice(len(letters), p=shares / shares.sum())


def written(temperature):
    """What the network writes, from a place of the text on."""
    found = list(x[len(x) // 2])
    for _ in range(LENGTH):
        probabilities = model.predict(np.array([found[-WINDOW:]]), verbose=0)[0]
        found.append(sampled(probabilities, temperature))
    return "".join(letters[each] for each in found[WINDOW:])


history = []
for epoch in range(1, EPOCHS + 1):
    history += model.fit(x, y, epochs=1, batch_size=128, verbose=0).history["loss"]
    if epoch in (1, EPOCHS // 2, EPOCHS):
        print(f"\nafter {epoch} epochs, loss {history[-1]:.2f}:")
        for temperature in (0.2, 0.6, 1.2):
            print(f"  {temperature}: {written(temperature)[:LENGTH]}")

# How many of the words that it writes are words of the text?
known = set(text.split())
boldness = (0.2, 1.0) if quick else (0.1, 0.3, 0.5, 0.7, 0.9, 1.1, 1.4, 1.8)
shares = [np.mean([word in known for word in written(each).split()[1:-1]]) for each in boldness]
print("\ntemperature", boldness, "words that are words:", np.round(shares, 2).tolist())
chart = Chart(
    "the temperature of writing", (0, max(boldness)), (0, 1), ("temperature", "share of words")
)
chart.line(list(zip(boldness, shares, strict=True)), TONES[0], name="words of the text")
chart.dots(list(zip(boldness, shares, strict=True)), TONES[0])
chart.save(folder / "text_generation.svg")
