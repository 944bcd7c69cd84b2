"""Sequence to sequence: a transformer learns to say English numbers in French.

"three hundred and seventy six" becomes "trois cent soixante seize", which no word-by-word list can
do: seventy-six is sixty and sixteen. It learns of six thousand numbers, and is asked others.
Run it as `python translation.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Layer, Model, layers, ops
from geartrain.drawing.chart import Chart, range_of

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
FRENCH = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
).split()
DIZAINES = "_ _ vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()


def english(n):
    if n >= 1000:
        rest = f" {english(n % 1000)}" if n % 1000 else ""
        return f"{english(n // 1000)} thousand{rest}"
    if n >= 100:
        rest = f" and {english(n % 100)}" if n % 100 else ""
        return f"{ENGLISH[n // 100]} hundred{rest}"
    if n < 20:
        return ENGLISH[n]
    return f"{TENS[n // 10]} {ENGLISH[n % 10]}" if n % 10 else TENS[n // 10]


def french(n):
    if n >= 1000:
        first = "mille" if n < 2000 else f"{french(n // 1000)} mille"
        return f"{first} {french(n % 1000)}" if n % 1000 else first
    if n >= 100:
        first = "cent" if n < 200 else f"{FRENCH[n // 100]} cent"
        return f"{first} {french(n % 100)}" if n % 100 else first
    if n < 20:
        return FRENCH[n]
    ten, one = divmod(n, 10)
    if ten in (7, 9):
        return f"{DIZAINES[ten]} {FRENCH[10 + one]}"
    link = "et " if one == 1 and ten < 8 else ""
    return f"{DIZAINES[ten]} {link}{FRENCH[one]}" if one else DIZAINES[ten]


rng = np.random.default_rng(0)
chosen = rng.permutation(10000)[: 400 if quick else 6000]
cut = len(chosen) * 9 // 10
source_texts = [english(n) for n in chosen]
target_texts = [f"[start] {french(n)} [end]" for n in chosen]
print(f"{source_texts[0]!r} -> {target_texts[0]!r}")
LENGTH, WIDTH = 10, 48
source = layers.TextVectorization(output_sequence_length=LENGTH, standardize=None)
target = layers.TextVectorization(output_sequence_length=LENGTH + 1, standardize=None)
source.adapt(source_texts)
target.adapt(target_texts)
french_words = target.get_vocabulary()


class Block(Layer):
    """A transformer's block: of the encoder, or with `memory` of the decoder."""

    def __init__(self, width, heads, *, causal=False, **kwargs):
        super().__init__(**kwargs)
        self.causal = causal
        self.itself, self.other = (
            layers.MultiHeadAttention(heads, width // heads) for _ in range(2)
        )
        self.inner = [layers.Dense(4 * width, activation="relu"), layers.Dense(width)]
        self.norms = [layers.LayerNormalization() for _ in range(3)]
        self.supports_masking = True

    def call(self, x, memory=None):
        x = self.norms[0](x + self.itself(x, x, use_causal_mask=self.causal))
        if memory is not None:
            x = self.norms[1](x + self.other(x, memory))
        return self.norms[2](x + self.inner[1](self.inner[0](x)))


class Embedded(Layer):
    """Words and their places as vectors; 0 is padding."""

    def __init__(self, vocabulary, **kwargs):
        super().__init__(**kwargs)
        self.words = layers.Embedding(vocabulary, WIDTH, mask_zero=True)
        self.places = layers.Embedding(LENGTH + 1, WIDTH)
        self.supports_masking = True

    def call(self, numbers):
        return self.words(numbers) + self.places(ops.arange(ops.shape(numbers)[1]))

    def compute_mask(self, numbers, previous_mask=None):
        return self.words.compute_mask(numbers)


said = geartrain.Input((LENGTH,), dtype="int64", name="english")
so_far = geartrain.Input((LENGTH,), dtype="int64", name="french")
memory = Block(WIDTH, 4)(Embedded(source.vocabulary_size())(said))
decoded = Block(WIDTH, 4, causal=True)(Embedded(len(french_words))(so_far), memory)
model = Model([said, so_far], layers.Dense(len(french_words), activation="softmax")(decoded))
x, rows = source(source_texts).numpy(), target(target_texts).numpy()
given, wanted = rows[:, :-1], rows[:, 1:]
weights = (wanted != 0).astype("float32")  # padding is not asked for
model.compile(
    geartrain.optimizers.Adam(0.002),
    "sparse_categorical_crossentropy",
    weighted_metrics=["accuracy"],
)
history = model.fit(
    [x[:cut], given[:cut]], wanted[:cut], sample_weight=weights[:cut], batch_size=64,
    epochs=1 if quick else 12,
    validation_data=([x[cut:], given[cut:]], wanted[cut:], weights[cut:]), verbose=0,
)  # fmt: skip


def translated(texts):
    """Word by word: the likeliest next one, until all have ended."""
    asked, written = source(texts).numpy(), np.zeros((len(texts), LENGTH), "int64")
    written[:, 0] = french_words.index("[start]")
    for at in range(LENGTH - 1):
        written[:, at + 1] = model.predict([asked, written], verbose=0)[:, at].argmax(-1)
    ends = [[french_words[word] for word in row[1:]] for row in written]
    return [
        " ".join(words[: words.index("[end]")] if "[end]" in words else words) for words in ends
    ]


asked = chosen[cut:][: 20 if quick else 300]
found = translated([english(n) for n in asked])
right = [text == french(n) for text, n in zip(found, asked, strict=True)]
for n, text in list(zip(asked, found, strict=True))[:4]:
    print(f"{n:5} {english(n)!r} -> {text!r}" + ("" if text == french(n) else "   (wrong)"))
print(f"{np.mean(right):.1%} of new numbers are wholly right")
assert quick or np.mean(right) > 0.9
curve = history.history["val_accuracy"]
chart = Chart(
    "words that are right",
    (1, max(2, len(curve))),
    range_of([min(curve), 1.0]),
    ("epoch", "accuracy"),
)
chart.line([*enumerate(curve, 1), (len(curve), curve[-1])], name="new numbers")
chart.save(folder / "translation.svg")
