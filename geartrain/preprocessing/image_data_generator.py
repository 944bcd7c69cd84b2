"""`ImageDataGenerator`: images changed at random, in batches."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.defaults import floatx, image_data_format
from geartrain.errors import explain, unknown_name
from geartrain.preprocessing.affine import apply_affine_transform, plane_axes
from geartrain.preprocessing.image_changes import (
    Random,
    apply_brightness_shift,
    apply_channel_shift,
    flip_axis,
    pair_message,
)
from geartrain.preprocessing.image_files import DataFrameIterator, DirectoryIterator
from geartrain.preprocessing.image_iterators import NumpyArrayIterator
from geartrain.tensor import Array
from geartrain.tensor.user_line import levels_to_user

SMALL = 1e-6  # keeps a deviation from 0
FORMATS = ("channels_first", "channels_last")


class ImageDataGenerator:
    """Batches of images that are changed at random and brought to one scale.

    Each image is turned, moved, sheared and zoomed, shifted in colour, flipped, made brighter; then
    `preprocessing_function`, `rescale`, and what is asked of means and deviations.

    Args:
        featurewise_center: whether the mean of the data set is taken off (`fit` finds it).
        samplewise_center: whether each image's own mean is taken off.
        featurewise_std_normalization: whether images are divided by the data set's deviation.
        samplewise_std_normalization: whether each image is divided by its own.
        zca_whitening: whether pixels are made uncorrelated.
        zca_epsilon: added to the singular values for it.
        rotation_range: up to how many degrees images are turned.
        width_shift_range: how far they are moved: a share of the width below 1, pixels from 1, or
            a list of distances to choose from.
        height_shift_range: likewise.
        brightness_range: the least and the greatest factor of brightness.
        shear_range: up to how many degrees they are sheared.
        zoom_range: the least and the greatest factor, or how far it may be from 1.
        channel_shift_range: up to how much is added to all channels.
        fill_mode: what is outside of an image: "nearest", "constant", "reflect" or "wrap".
        cval: for "constant".
        horizontal_flip: whether every second image is flipped, on the average.
        vertical_flip: likewise.
        rescale: a factor of all pixels.
        preprocessing_function: of an image, which gives one of the same shape.
        data_format: "channels_last" or "channels_first"; None is the config's.
        validation_split: the share of images that `subset="validation"` has.
        interpolation_order: 1 mixes four pixels, 0 takes the nearest.
        dtype: None is `floatx`.

    Raises:
        ValueError: an argument cannot be used.

    >>> images = np.zeros((4, 8, 8, 3))
    >>> generator = ImageDataGenerator(rescale=1 / 255, horizontal_flip=True)
    >>> x, y = next(generator.flow(images, np.arange(4), batch_size=2))
    >>> x.shape, y.shape
    ((2, 8, 8, 3), (2,))
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Array], Array] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        self.featurewise_center = featurewise_center
        self.samplewise_center = samplewise_center
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.brightness_range = _pair("brightness_range", brightness_range)
        self.channel_shift_range = channel_shift_range
        self.fill_mode, self.cval = fill_mode, cval
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.data_format = data_format or image_data_format()
        self.interpolation_order = interpolation_order
        self.dtype = dtype or floatx()
        self._check(validation_split)
        self._validation_split = validation_split
        self.zoom_range = _zoom(zoom_range)
        self.row_axis, self.col_axis, self.channel_axis = (
            axis + 1 for axis in plane_axes(self.data_format)
        )
        self.mean: Any = None
        self.std: Any = None
        self.zca_whitening_matrix: Any = None
        self._settle()

    def _check(self, validation_split: float) -> None:
        if self.data_format not in FORMATS:
            remedy = "data_format={}"
            raise ValueError(unknown_name("data format", self.data_format, FORMATS, remedy=remedy))
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(_split_message(validation_split))

    def _settle(self) -> None:
        """What one wish means for another."""
        if self.zca_whitening and not self.featurewise_center:
            self._imply("featurewise_center", "zca_whitening")
        if self.zca_whitening and self.featurewise_std_normalization:
            self.featurewise_std_normalization = False
            warnings.warn(
                "zca_whitening takes the place of featurewise_std_normalization",
                stacklevel=levels_to_user(),
            )
        for kind in ("featurewise", "samplewise"):
            scales = getattr(self, f"{kind}_std_normalization")
            if scales and not getattr(self, f"{kind}_center"):
                self._imply(f"{kind}_center", f"{kind}_std_normalization")

    def _imply(self, name: str, by: str) -> None:
        setattr(self, name, True)
        warnings.warn(f"{by}=True means {name}=True as well", stacklevel=levels_to_user())

    # -- batches ---------------------------------------------------------------------------------

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of arrays, without an end.

        Args:
            x: images along the first axis; or (images, further arrays).
            y: targets.
            batch_size: images a batch.
            shuffle: whether their order changes.
            sample_weight: how much each counts.
            seed: of the order and the changes.
            save_to_dir: a folder that the changed images are written to.
            save_prefix: how their names begin.
            save_format: "png" or "jpeg".
            ignore_class_split: whether a class may be missing in one of the subsets.
            subset: "training" or "validation", with `validation_split`.
        """
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            ignore_class_split=ignore_class_split,
            subset=subset,
            dtype=self.dtype,
        )

    def flow_from_directory(
        self,
        directory: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches of the images of a folder, which has a folder for each class.

        The arguments are those of `DirectoryIterator`.
        """
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            keep_aspect_ratio=keep_aspect_ratio,
            classes=classes,
            class_mode=class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            dtype=self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        **kwargs: Any,
    ) -> DataFrameIterator:
        """Batches of the images that a table of pandas names.

        The arguments are those of `DataFrameIterator`.
        """
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            validate_filenames=validate_filenames,
            dtype=self.dtype,
        )

    # -- one image -------------------------------------------------------------------------------

    def standardize(self, x: Array) -> Array:
        """An image, or a batch, brought to scale; floats are changed in place."""
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        if self.rescale:
            x *= self.rescale
        if self.samplewise_center:
            x -= np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x /= np.std(x, keepdims=True) + SMALL
        return self._featurewise(x)

    def _featurewise(self, x: Array) -> Array:
        """The same by what `fit` found."""
        if self.featurewise_center and self._has("mean"):
            x -= self.mean
        if self.featurewise_std_normalization and self._has("std"):
            x /= self.std + SMALL
        if self.zca_whitening and self._has("zca_whitening_matrix"):
            flat = x.reshape(-1, x.size) @ self.zca_whitening_matrix
            x = np.reshape(flat, x.shape)
        return x

    def _has(self, name: str) -> bool:
        if getattr(self, name) is None:
            message = (
                f"ImageDataGenerator has no {name} yet, and leaves it out. Remedy: fit(images)"
            )
            warnings.warn(message, stacklevel=levels_to_user())
            return False
        return True

    def get_random_transform(
        self, img_shape: tuple[int, ...], seed: int | None = None, random: Random = None
    ) -> dict[str, Any]:
        """What to do to one image, drawn at random: the argument of `apply_transform`.

        Args:
            img_shape: its shape.
            seed: of what is drawn; None goes on with NumPy's.
            random: who draws instead.
        """
        if random is None:
            random = np.random if seed is None else np.random.RandomState(seed)
        theta = _between(random, self.rotation_range)
        tx = _shift(random, self.height_shift_range, img_shape[self.row_axis - 1])
        ty = _shift(random, self.width_shift_range, img_shape[self.col_axis - 1])
        shear = _between(random, self.shear_range)
        least, most = self.zoom_range
        zx, zy = (1, 1) if least == 1 and most == 1 else random.uniform(least, most, 2)
        flips = [(random.random_sample() < 0.5) * on
                 for on in (self.horizontal_flip, self.vertical_flip)]  # fmt: skip
        shift = _between(random, self.channel_shift_range) if self.channel_shift_range else None
        light = None if self.brightness_range is None else random.uniform(*self.brightness_range)
        return {
            "theta": theta,
            "tx": tx,
            "ty": ty,
            "shear": shear,
            "zx": zx,
            "zy": zy,
            "flip_horizontal": flips[0],
            "flip_vertical": flips[1],
            "channel_shift_intensity": shift,
            "brightness": light,
        }

    def apply_transform(self, x: Array, transform_parameters: dict[str, Any]) -> Array:
        """An image changed in a certain way.

        Args:
            x: the image.
            transform_parameters: some of "theta", "tx", "ty", "shear", "zx", "zy",
                "flip_horizontal", "flip_vertical", "channel_shift_intensity", "brightness".
        """
        asked: Any = transform_parameters.get
        rows, columns, channels = plane_axes(self.data_format)
        x = apply_affine_transform(
            x,
            theta=asked("theta", 0),
            tx=asked("tx", 0),
            ty=asked("ty", 0),
            shear=asked("shear", 0),
            zx=asked("zx", 1),
            zy=asked("zy", 1),
            row_axis=rows,
            col_axis=columns,
            channel_axis=channels,
            fill_mode=self.fill_mode,
            cval=self.cval,
            order=self.interpolation_order,
        )
        if asked("channel_shift_intensity") is not None:
            x = apply_channel_shift(x, asked("channel_shift_intensity"), channels)
        if asked("flip_horizontal", False):
            x = flip_axis(x, columns)
        if asked("flip_vertical", False):
            x = flip_axis(x, rows)
        if asked("brightness") is not None:
            x = apply_brightness_shift(x, asked("brightness"), False)
        return x

    def random_transform(self, x: Array, seed: int | None = None, random: Random = None) -> Array:
        """An image changed at random."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed, random))

    # -- the data set ----------------------------------------------------------------------------

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Find the mean, deviation and correlations that are asked for.

        Args:
            x: images, (samples, rows, columns, channels).
            augment: whether they are changed at random before.
            rounds: how often each is, then.
            seed: of the changes.

        Raises:
            ValueError: these are no images.
        """
        images = np.array(x, dtype=self.dtype)
        if images.ndim != 4:
            raise ValueError(_rank_message(images))
        if augment:
            random: Random = np.random if seed is None else np.random.RandomState(seed)
            changed = [
                self.random_transform(image, random=random)
                for _ in range(rounds)
                for image in images
            ]
            images = np.array(changed, dtype=self.dtype)
        axes, shape = (0, self.row_axis, self.col_axis), [1, 1, 1]
        shape[self.channel_axis - 1] = images.shape[self.channel_axis]
        if self.featurewise_center:
            self.mean = np.mean(images, axis=axes).reshape(shape)
            images -= self.mean
        if self.featurewise_std_normalization:
            self.std = np.std(images, axis=axes).reshape(shape)
            images /= self.std + SMALL
        if self.zca_whitening:
            self.zca_whitening_matrix = _whitening(images, self.zca_epsilon)


def _whitening(images: Array, epsilon: float) -> Array:
    """U diag(sqrt(n) / (s + epsilon)) U', s the singular values (Bell and Sejnowski 1997)."""
    flat = images.reshape(len(images), -1)
    left, singular, _ = np.linalg.svd(flat.T, full_matrices=False)
    return np.asarray((left * (np.sqrt(len(images)) / (singular + epsilon))) @ left.T)


def _between(random: Random, distance: float) -> float:
    return float(random.uniform(-distance, distance)) if distance else 0


def _shift(random: Random, distance: Any, size: int) -> float:
    """How far to move: drawn from a list, or up to a share or a number of pixels."""
    if not np.any(distance):
        return 0
    found: float
    if np.ndim(distance) == 1 or (isinstance(distance, int) and distance > 0):
        found = random.choice(distance) * random.choice([-1, 1])
    else:
        found = random.uniform(-distance, distance)
    return found * size if np.max(distance) < 1 else found


def _pair(name: str, given: Any) -> Any:
    if given is None or (isinstance(given, tuple | list) and len(given) == 2):
        return given
    raise ValueError(pair_message(name, given, "(0.5, 1.5)"))


def _zoom(given: Any) -> list[float]:
    if isinstance(given, int | float):
        return [1 - given, 1 + given]
    numbers = [isinstance(each, int | float) for each in given]
    if len(numbers) == 2 and all(numbers):
        return [given[0], given[1]]
    raise ValueError(pair_message("zoom_range", given, "0.2, or (0.8, 1.2)"))


def _split_message(share: float) -> str:
    return explain(
        "`validation_split` is a share",
        given=f"validation_split={share}",
        expected="a number between 0 and 1",
        remedy="validation_split=0.2",
    )


def _rank_message(images: Array) -> str:
    return explain(
        "ImageDataGenerator.fit takes images",
        given=f"an array of shape {images.shape}",
        expected="(samples, rows, columns, channels)",
        remedy="generator.fit(images[..., np.newaxis]), if only the channels are missing",
    )
