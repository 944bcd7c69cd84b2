"""The two layers of a transformer, for the scripts beside it: words with their places, and a block.

Source: Vaswani and others, "Attention Is All You Need" (2017), section 3. Run it as
`python transformer.py`; it shows what two words make of each other.
"""

import numpy as np

import geartrain
from geartrain import Layer, layers, ops


class Embedded(Layer):
    """Words as vectors, and a vector for each place added: attention alone knows no order.

    Args:
        vocabulary: how many words there are.
        length: how many places there are at most.
        width: of the vectors.
        mask_zero: whether the word 0 is padding, which nothing is to look at.
    """

    def __init__(self, vocabulary, length, width, *, mask_zero=False, **kwargs):
        super().__init__(**kwargs)
        self.words = layers.Embedding(vocabulary, width, mask_zero=mask_zero)
        self.places = layers.Embedding(length, width)
        self.supports_masking = True

    def call(self, numbers):
        return self.words(numbers) + self.places(ops.arange(ops.shape(numbers)[1]))

    def compute_mask(self, numbers, previous_mask=None):
        return self.words.compute_mask(numbers)


class Block(Layer):
    """Attention and a dense network, each with a way past it and a normalisation.

    Args:
        width: of the vectors that come in and go out.
        heads: in how many ways each place looks at the others.
        causal: whether it looks at earlier places alone, as where the next word is to be guessed.
    """

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
        """What becomes of `x`, (batch, places, width); a decoder looks at a `memory` as well."""
        x = self.norms[0](x + self.itself(x, x, use_causal_mask=self.causal))
        if memory is not None:
            x = self.norms[1](x + self.other(x, memory))
        return self.norms[2](x + self.inner[1](self.inner[0](x)))

    def looks(self, x, memory):
        """How much each place of `x` looks at each of `memory`, (batch, heads, of x, of memory)."""
        x = self.norms[0](x + self.itself(x, x, use_causal_mask=self.causal))
        return self.other(x, memory, return_attention_scores=True)[1]


if __name__ == "__main__":
    geartrain.utils.set_random_seed(0)
    numbers = np.array([[1, 2]])
    vectors = Embedded(vocabulary=3, length=2, width=4)(numbers)
    print("two words and their places:", np.round(vectors.numpy()[0], 2).tolist())
    print("when they have looked at each other:", Block(4, heads=2)(vectors).numpy()[0].tolist())
