"""Weights that Keras has written, in each layout that it ever published, given to our networks.

    python tests/applications/exchange.py write FOLDER     by Keras: files, images, outputs
    python tests/applications/exchange.py read FOLDER      by us: `weights=FILE`, the same outputs

Names of networks may follow, and then it is these alone.

The layouts: `.h5` of weights alone, as those of ImageNet are; `.h5` and `.keras` of whole models;
`.weights.h5`. Each without the last layers too. `make parity` runs both.
"""

import gc
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

TOLERANCE = 1e-5  # of the largest output
NETWORKS = {
    "VGG16": {"input_shape": (32, 32, 3)},
    "ResNet50": {},
    "ResNet50V2": {},
    "InceptionV3": {"input_shape": (75, 75, 3)},
    "Xception": {"input_shape": (71, 71, 3)},
    "MobileNet": {"alpha": 0.25},
    "MobileNetV2": {"alpha": 0.35},
    "MobileNetV3Small": {},
    "DenseNet121": {},
    "NASNetMobile": {},
    "EfficientNetB0": {},
    "EfficientNetV2B0": {},
    "ConvNeXtTiny": {},
}
LAYOUTS = ("_weights.h5", ".h5", ".keras", ".weights.h5")


def asked(name, top):
    """The arguments of a small network, and what its files are called."""
    arguments = {"input_shape": (64, 64, 3), "include_top": top, **NETWORKS[name]}
    if top:
        arguments["classes"] = 10
    return arguments, f"{name}{'' if top else '_notop'}"


def stirred(model):
    """The model, with numbers of their own where Keras begins with zeros and ones."""
    rng = np.random.default_rng(1)
    for weight in model.weights:
        kind = weight.path.rpartition("/")[2]
        if kind in ("bias", "beta", "moving_mean"):
            weight.assign(rng.normal(scale=0.05, size=weight.shape))
        elif kind in ("gamma", "moving_variance"):
            weight.assign(rng.uniform(0.8, 1.2, weight.shape))
    return model


def write(folder, chosen):
    import h5py
    import keras
    from keras.src.legacy.saving import legacy_h5_format

    for name in chosen:
        for top in (True, False):
            keras.backend.clear_session()
            gc.collect()
            arguments, stem = asked(name, top)
            model = stirred(getattr(keras.applications, name)(weights=None, **arguments))
            images = np.random.default_rng(0).uniform(-1, 1, (2, *arguments["input_shape"]))
            images = images.astype("float32")
            outputs = np.asarray(model(images, training=False))
            np.savez(folder / f"{stem}.npz", images=images, outputs=outputs)
            with h5py.File(folder / f"{stem}_weights.h5", "w") as file:
                legacy_h5_format.save_weights_to_hdf5_group(file, model)
            if top:
                model.save(folder / f"{stem}.h5")
                model.save(folder / f"{stem}.keras")
                model.save_weights(folder / f"{stem}.weights.h5")


def read(folder, chosen):
    from geartrain import applications, names

    count = 0
    for name in chosen:
        for top in (True, False):
            arguments, stem = asked(name, top)
            with np.load(folder / f"{stem}.npz") as stored:
                images, wanted = stored["images"], stored["outputs"]
            for layout in LAYOUTS if top else LAYOUTS[:1]:
                names.forget_names()
                path = folder / f"{stem}{layout}"
                model = getattr(applications, name)(weights=path, **arguments)
                found = model(images, training=False).numpy()
                apart = np.abs(found - wanted).max() / np.abs(wanted).max()
                assert apart < TOLERANCE, (path.name, apart)
                count += 1
            check_by_name(getattr(applications, name), folder, stem, arguments, model)
            print(f"{stem:<24} {apart:.1e}", flush=True)
    print(f"{count} files of Keras give the same outputs")


def check_by_name(network, folder, stem, arguments, model):
    """With other classes all layers are taken from the file but the last."""
    other = {**arguments, "classes": 7} if arguments["include_top"] else arguments
    mine = network(weights=None, **other)
    mine.load_weights(folder / f"{stem}_weights.h5", by_name=True, skip_mismatch=True)
    for ours, theirs in zip(mine.weights, model.weights, strict=True):
        taken = np.array_equal(ours.numpy(), theirs.numpy())
        assert taken is (ours.shape == theirs.shape), (stem, ours.path)


if __name__ == "__main__":
    what, place = sys.argv[1:3]
    Path(place).mkdir(parents=True, exist_ok=True)
    {"write": write, "read": read}[what](Path(place), sys.argv[3:] or NETWORKS)
