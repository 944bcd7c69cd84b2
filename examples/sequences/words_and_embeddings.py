"""Words become vectors: a network guesses the word in the middle; words of a kind come together.

Run it as `python words_and_embeddings.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers, ops
from geartrain.drawing.chart import TONES, Chart, range_of

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)

# Sentences of a small world: who does what to whom, and how things look.
KINDS = {
    "animals": "cat dog horse bird fish mouse".split(),
    "people": "girl boy farmer teacher doctor child".split(),
    "food": "bread apple cheese soup rice cake".split(),
    "colours": "red green blue black white yellow".split(),
    "actions": "sees likes finds follows wants keeps".split(),
}
rng = np.random.default_rng(0)
# In this world every word has its habits: which words of each kind it likes to be with.
HABITS = {
    (word, kind): rng.dirichlet([0.6] * 6)
    for words in KINDS.values()
    for word in words
    for kind in KINDS
}


def goes_with(word, kind):
    return rng.choice(KINDS[kind], p=HABITS[word, kind])


def sentence():
    """Such as "the red cat follows a doctor", each word chosen by the habits of another."""
    animal, person = rng.choice(KINDS["animals"]), rng.choice(KINDS["people"])
    action, food = goes_with(animal, "actions"), goes_with(animal, "food")
    return rng.choice(
        [
            f"the {goes_with(animal, 'colours')} {animal} {action} a {goes_with(action, 'people')}",
            f"that {animal} eats {goes_with(food, 'colours')} {food} today",
            f"a {person} cooks the {goes_with(person, 'food')} slowly",
        ]
    )


sentences = [sentence() for _ in range(500 if quick else 4000)]
print("a sentence:", sentences[0])
numbers = layers.TextVectorization(output_sequence_length=6)
numbers.adapt(sentences)
words = numbers.get_vocabulary()
rows = numbers(sentences).numpy()  # (sentences, 6)

# Each word is to be guessed from the two before and the two behind it.
windows = np.lib.stride_tricks.sliding_window_view(rows, 5, axis=1).reshape(-1, 5)
around, middle = np.delete(windows, 2, axis=1), windows[:, 2]

model = Sequential(
    [
        geartrain.Input((4,), dtype="int64"),
        layers.Embedding(len(words), 12, name="embedding"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(len(words), activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(around, middle, epochs=2 if quick else 12, batch_size=64, verbose=0)
for epoch in range(0, len(history.epoch), 3):
    print(f"epoch {epoch + 1:2}: loss {history.history['loss'][epoch]:.2f}")

# The vectors: which words are nearest to one, by the cosine of the angle between them?
vectors = ops.normalize(model.get_layer("embedding").embeddings, axis=-1).numpy()
near = vectors @ vectors.T
kind_of = {word: kind for kind, members in KINDS.items() for word in members}
for word in ("cat", "teacher", "cheese", "blue"):
    order = np.argsort(-near[words.index(word)])
    print(f"{word:8} is near", ", ".join(words[at] for at in order[1:4]))
own = [word for word in words if word in kind_of]
hits = [
    kind_of[word] == kind_of.get(words[np.argsort(-near[words.index(word)])[1]]) for word in own
]
print(f"{np.mean(hits):.0%} of the words have one of their own kind as the nearest")
assert quick or np.mean(hits) > 0.8

# In a picture: the plane in which the vectors differ most (the first two principal components).
chosen = vectors[[words.index(word) for word in own]]
_, _, directions = np.linalg.svd(chosen - chosen.mean(0), full_matrices=False)
places = (chosen - chosen.mean(0)) @ directions[:2].T
chart = Chart(
    "words as points", range_of(places[:, 0]), range_of(places[:, 1]), ("first", "second")
)
for (kind, members), tone in zip(KINDS.items(), TONES, strict=True):
    for word in members:
        if word in own:
            chart.words(places[own.index(word)], word, tone)
    chart.name(kind, tone)
chart.save(folder / "words_and_embeddings.svg")
