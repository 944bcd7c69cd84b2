"""What the stored numbers do not say: chance, compiled models, masks, single images, configs."""

import numpy as np
import pytest

import geartrain
from geartrain import layers

IMAGES = np.random.default_rng(0).uniform(0, 255, (4, 8, 6, 3)).astype("float32")
RANDOM = {
    "RandomFlip": {},
    "RandomRotation": {"factor": 0.2},
    "RandomZoom": {"height_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.3},
    "RandomContrast": {"factor": 0.3},
    "RandomBrightness": {"factor": 0.3},
    "RandomCrop": {"height": 3, "width": 2},
    "RandomShear": {"x_factor": 0.2, "y_factor": 0.1},
    "RandomPerspective": {"factor": (1.0, 1.0), "scale": 0.3},
    "RandomHue": {"factor": 0.5},
    "RandomSaturation": {"factor": (0.2, 0.6)},
    "RandomSharpness": {"factor": 0.5},
    "RandomGrayscale": {},
    "RandomInvert": {"factor": (0.5, 0.5)},
    "RandomPosterization": {"factor": 6},
    "RandomColorJitter": {"brightness_factor": 0.2},
    "RandomColorDegeneration": {"factor": 0.5},
    "RandomErasing": {"factor": (1.0, 1.0), "scale": (0.2, 0.5)},
    "RandomElasticTransform": {"factor": (1.0, 1.0)},
    "RandomGaussianBlur": {"factor": (1.0, 1.0)},
    "Solarization": {"addition_factor": 0.1, "threshold_factor": 0.5},
    "CutMix": {},
    "MixUp": {"alpha": 0.5},
    "RandAugment": {},
    "AugMix": {},
}
STEADY = {
    "Resizing": {"height": 3, "width": 4},
    "CenterCrop": {"height": 3, "width": 4},
    "Equalization": {},
    "AutoContrast": {},
    "ContrastLimitedAdaptiveHistogramEqualization": {"tile_grid_size": (2, 2)},
    "MaxNumBoundingBoxes": {"max_number": 3},
}
COMPILED = ("RandomFlip", "RandomRotation", "RandomContrast", "RandomCrop", "RandomErasing")


def made(name):
    known = RANDOM.get(name, STEADY.get(name))
    return getattr(layers, name)(**known, **({"seed": 3} if name in RANDOM else {}))


@pytest.mark.parametrize("name", RANDOM)
def test_the_same_seed_changes_images_in_the_same_ways(name):
    first, second = made(name), made(name)
    runs = [first(IMAGES, training=True).numpy() for _ in range(4)]
    again = [second(IMAGES, training=True).numpy() for _ in range(4)]
    np.testing.assert_array_equal(runs, again)
    assert any(np.abs(each - runs[0]).max() > 0 for each in runs)
    assert np.isfinite(runs).all()


@pytest.mark.parametrize("name", [*RANDOM, *STEADY])
def test_single_images_and_configs(name):
    layer = made(name)
    shape = layer.compute_output_shape((None, 8, 6, 3))
    assert layer(IMAGES).shape == (4, *shape[1:])
    assert layer(IMAGES[0]).shape == shape[1:]
    assert layer(IMAGES.astype("uint8")).shape == (4, *shape[1:])
    config = layer.get_config()
    assert type(layer).from_config(config).get_config() == config


@pytest.mark.parametrize("name", [each for each in RANDOM if each != "RandomCrop"])
def test_nothing_is_changed_but_while_training(name):
    np.testing.assert_array_equal(made(name)(IMAGES, training=False).numpy(), IMAGES)


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_layers_draw_as_eager_ones_do(name):
    eager, compiled = made(name), made(name)
    run = geartrain.jit(lambda images: compiled(images, training=True))
    for _ in range(2):
        np.testing.assert_allclose(run(IMAGES).numpy(), eager(IMAGES).numpy(), atol=1e-3)
    assert run.host_calls == ()


def test_a_model_augments_in_fit_alone():
    model = geartrain.Sequential(
        [
            layers.Input((8, 6, 3)),
            layers.RandomFlip("horizontal", seed=1),
            layers.RandomBrightness((0.5, 0.5), seed=1),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    model.optimizer.learning_rate = 0.0
    labels = np.zeros((4, 1), "float32")
    dark = IMAGES / 1000
    trained = model.fit(dark, labels, epochs=1, verbose=0).history["loss"][0]
    assert abs(model.evaluate(dark, labels, verbose=0) - trained) > 1


def test_half_of_the_images_are_mirrored():
    flips = layers.RandomFlip(seed=0).get_random_transformation(np.zeros((2000, 1, 1, 1)))["flips"]
    assert 0.45 < flips.numpy().mean() < 0.55


@pytest.mark.parametrize(
    ("layer", "name", "low", "high"),
    [
        (layers.RandomRotation((-0.1, 0.3)), "angle", -36, 108),
        (layers.RandomZoom((-0.1, 0.3)), "height_zoom", 0.9, 1.3),
        (layers.RandomContrast((0.1, 0.3)), "contrast_factor", 0.9, 1.3),
        (layers.RandomBrightness((-0.1, 0.3)), "rgb_delta", -25.5, 76.5),
        (layers.RandomHue((0.1, 0.4)), "factor", -0.2, 0.2),
        (layers.RandomPosterization((2, 5)), "shift_factor", 4, 6),
        (layers.MixUp(0.5), "mix_weight", 0, 1),
    ],
    ids=lambda each: type(each).__name__,
)
def test_numbers_fill_their_range(layer, name, low, high):
    drawn = layer.get_random_transformation(np.zeros((1000, 4, 4, 3), "float32"))[name].numpy()
    drawn = drawn.astype("float64")
    assert low - 1e-4 <= drawn.min() < low + 0.05 * (high - low)
    assert high - 0.05 * (high - low) < drawn.max() <= high + 1e-4


def test_erased_parts_are_rectangles_of_the_wanted_sizes():
    layer = layers.RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=9.0, seed=0)
    erased = layer(np.zeros((50, 8, 12, 1), "float32")).numpy()[..., 0] == 9
    assert set(erased.sum((1, 2)).tolist()) == {4 * 6}
    assert set(erased.any(2).sum(1).tolist()) == {4}


def test_cut_labels_are_shared_as_the_images_are():
    images = np.stack([np.zeros((40, 40, 1)), np.ones((40, 40, 1))] * 4).astype("float32")
    labels = np.tile(np.eye(2, dtype="float32"), (4, 1))
    mixed = layers.CutMix(seed=2)({"images": images, "labels": labels})
    of_second = mixed["images"].numpy().mean((1, 2, 3))
    np.testing.assert_allclose(mixed["labels"].numpy()[:, 1], of_second, atol=0.05)


def test_masks_move_with_images():
    masks = (IMAGES[..., :1] > 100).astype("int32")
    for layer in (layers.RandomFlip("horizontal", seed=1), layers.RandomRotation(0.5, seed=1)):
        layer.interpolation = "nearest"
        images = np.where(masks, 200.0, 50.0).astype("float32")
        found = layer({"images": images, "segmentation_masks": masks, "labels": np.ones(4)})
        np.testing.assert_array_equal(
            found["images"].numpy() > 100, found["segmentation_masks"].numpy() > 0
        )
        np.testing.assert_array_equal(found["labels"], np.ones(4))


def test_a_batch_does_not_change_what_an_image_becomes():
    layer = layers.Equalization()
    alone = [layer(image).numpy() for image in IMAGES]
    np.testing.assert_array_equal(layer(IMAGES).numpy(), alone)


def test_cropped_boxes_end_at_the_image():
    layer = layers.RandomCrop(4, 3, bounding_box_format="xyxy")
    boxes = {"boxes": [[[1.0, 0.0, 5.0, 1.0], [1.0, 2.0, 3.0, 4.0]]], "labels": [[4, 5]]}
    found = layer.transform_bounding_boxes(boxes, (1, 1))
    np.testing.assert_allclose(found["boxes"].numpy(), [[[0, 0, 3, 0], [0, 1, 2, 3]]])
    assert found["labels"].numpy().tolist() == [[-1, 5]]


def test_boxes_need_a_format():
    boxes = {"boxes": np.ones((4, 1, 4), "float32"), "labels": np.ones((4, 1))}
    with pytest.raises(ValueError, match="bounding_box_format='xyxy'"):
        layers.RandomFlip()({"images": IMAGES, "bounding_boxes": boxes})


def test_ranks_are_checked():
    with pytest.raises(ValueError, match="one image, or a batch"):
        layers.RandomFlip()(np.ones((2, 3)))
