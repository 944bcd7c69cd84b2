"""Sequence to sequence: a transformer learns to say English numbers in French.

"three hundred and seventy six" becomes "trois cent soixante seize", which no word-by-word list can
do: seventy-six is sixty and sixteen. It learns of six thousand numbers, and is asked others.
(Some hyphens, and the s of several hundreds, are left out.)

Run it as `python translation.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from transformer import Block, Embedded

import geartrain
from geartrain import Model, layers
from geartrain.drawing.svg import BLUE, Drawing

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
        link = "et " if (ten, one) == (7, 1) else ""
        return f"{DIZAINES[ten]} {link}{FRENCH[10 + one]}"
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


said = geartrain.Input((LENGTH,), dtype="int64", name="english")
so_far = geartrain.Input((LENGTH,), dtype="int64", name="french")
memory = Block(WIDTH, 4)(Embedded(source.vocabulary_size(), LENGTH, WIDTH, mask_zero=True)(said))
begun = Embedded(len(french_words), LENGTH, WIDTH, mask_zero=True)(so_far)
decoder = Block(WIDTH, 4, causal=True)
decoded = decoder(begun, memory)
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
    return [in_words(row[1:]) for row in written]


def in_words(row):
    """French words up to the end."""
    words = [french_words[word] for word in row]
    return " ".join(words[: words.index("[end]")] if "[end]" in words else words)


asked = chosen[cut:][: 20 if quick else 300]
found = translated([english(n) for n in asked])
right = [text == french(n) for text, n in zip(found, asked, strict=True)]
for n, text in list(zip(asked, found, strict=True))[:4]:
    print(f"{n:5} {english(n)!r} -> {text!r}" + ("" if text == french(n) else "   (wrong)"))
print(f"{np.mean(right):.1%} of new numbers are wholly right")
assert quick or np.mean(right) > 0.9
# Where does it look while it writes? The darker, the more a French word looks at an English one.
looking = Model([said, so_far], decoder.looks(begun, memory))
number = 7976
heard, rows = source([english(number)]).numpy(), target([f"[start] {french(number)} [end]"]).numpy()
looks = looking.predict([heard, rows[:, :-1]], verbose=0)[0].mean(0)  # (french, english)
said_words, written_words = english(number).split(), [*french(number).split(), "[end]"]
sheet = Drawing(470, 300, f"{number}: at which English word each French word looks")
sheet.text(10, 20, sheet.title, bold=True)
for row, word in enumerate(written_words):
    sheet.text(110, 76 + 28 * row, word, anchor="end")
    for column in range(len(said_words)):
        share = float(looks[row, column])
        sheet.rect(120 + 48 * column, 58 + 28 * row, 46, 26, fill=BLUE, opacity=round(share, 3))
for column, word in enumerate(said_words):
    sheet.text(143 + 48 * column, 50, word, size=10, anchor="middle")
print("saved", sheet.save(folder / "translation.svg"))
