"""Word order: "not good" is no "good". A bag of words cannot know; a transformer encoder does.

Run it as `python transformer_encoder.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from transformer import Block, Embedded

import geartrain
from geartrain import Sequential, layers
from geartrain.drawing.chart import TONES, Chart

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
GOOD = "good fine lovely clever funny moving".split()
BAD = "bad dull silly boring weak endless".split()
PARTS = "story acting music plot ending picture".split()
LENGTH, WIDTH = 16, 32


def review(rng):
    """Two judgements, one of them turned round by "not"; the last one counts."""
    clauses = []
    for _ in range(2):
        good, turned = rng.random(2) < 0.5
        word = rng.choice(GOOD if good else BAD)
        turn = "not " if turned else rng.choice(["", "very ", "rather "])
        clauses.append((f"the {rng.choice(PARTS)} was {turn}{word}", good != turned))
    (first, _), (last, verdict) = clauses
    return f"{first} but {last}", int(verdict)


rng = np.random.default_rng(0)
texts, labels = zip(*(review(rng) for _ in range(400 if quick else 4000)), strict=True)
labels = np.array(labels)
cut = len(texts) * 4 // 5
print(f"{texts[0]!r} is {'praise' if labels[0] else 'blame'}")


bag = layers.TextVectorization(output_mode="multi_hot")
bag.adapt(texts[:cut])
order = layers.TextVectorization(output_sequence_length=LENGTH)
order.adapt(texts[:cut])
count = order.vocabulary_size()
words = geartrain.Input((LENGTH,), dtype="int64")
encoded = Block(WIDTH, 2)(Embedded(count, LENGTH, WIDTH, mask_zero=True)(words))
answer = layers.Dense(1, activation="sigmoid")(layers.GlobalAveragePooling1D()(encoded))
NETWORKS = {
    "bag of words": (bag, Sequential([layers.Dense(32, "relu"), layers.Dense(1, "sigmoid")])),
    "transformer": (order, geartrain.Model(words, answer)),
}
curves = {}
for name, (vectorize, model) in NETWORKS.items():
    x = vectorize(list(texts)).numpy()
    model.compile(geartrain.optimizers.Adam(0.002), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(
        x[:cut], labels[:cut], epochs=2 if quick else 8, batch_size=64,
        validation_data=(x[cut:], labels[cut:]), verbose=0,
    )  # fmt: skip
    curves[name] = history.history["val_accuracy"]
    right = curves[name][-1]
    print(f"{name:13} {model.count_params():6} weights: {right:.1%} of new reviews are right")
assert quick or curves["transformer"][-1] > 0.95 > curves["bag of words"][-1]

for text in (
    "the story was bad but the music was not weak",
    "the plot was fine but the acting was not good",
):
    model = NETWORKS["transformer"][1]
    print(f"{text!r}: {float(model(order([text]))[0, 0]):.0%} praise")
chart = Chart(
    "reviews in which the order counts",
    (1, len(curves["transformer"])),
    (0.4, 1),
    ("epoch", "accuracy"),
)
for (name, curve), tone in zip(curves.items(), TONES, strict=False):
    chart.line(enumerate(curve, 1), tone, name=name)
chart.save(folder / "transformer_encoder.svg")
