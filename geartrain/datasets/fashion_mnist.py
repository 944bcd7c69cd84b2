"""Fashion-MNIST: 70,000 pictures of clothes, 28 x 28 pixels each, of ten kinds.

    (train_images, train_labels), (test_images, test_labels) = fashion_mnist.load_data()

Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST" (2017); the digests are those of its page.
"""

from __future__ import annotations

from geartrain.data.idx import read_idx
from geartrain.datasets.places import GOOGLE, Source
from geartrain.datasets.sample import Split

ZALANDO = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
DIGESTS = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
FILES = [
    Source("Fashion-MNIST", name, (GOOGLE + name, ZALANDO + name), digest, "fashion-mnist")
    for name, digest in DIGESTS.items()
]


def load_data() -> Split:
    """Load the pictures as `(x_train, y_train), (x_test, y_test)`, all `uint8`.

    Shapes: `(60000, 28, 28)`, `(60000,)`, `(10000, 28, 28)`, `(10000,)`. The kinds are T-shirt,
    trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.

    Raises:
        DataUnavailable: a file is not on this machine, and no mirror gave it.
    """
    x_train, y_train, x_test, y_test = (read_idx(each.find()) for each in FILES)
    return (x_train, y_train), (x_test, y_test)
