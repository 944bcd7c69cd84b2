"""Images of files, as arrays and back; images changed at random, in batches."""

from geartrain.preprocessing.affine import (
    apply_affine_transform,
    transform_matrix_offset_center,
)
from geartrain.preprocessing.image_changes import (
    apply_brightness_shift,
    apply_channel_shift,
    flip_axis,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from geartrain.preprocessing.image_data_generator import ImageDataGenerator
from geartrain.preprocessing.image_files import DataFrameIterator, DirectoryIterator
from geartrain.preprocessing.image_iterators import Iterator, NumpyArrayIterator
from geartrain.utils.images import array_to_img, img_to_array, load_img, save_img, smart_resize

__all__ = [
    "DataFrameIterator",
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "flip_axis",
    "img_to_array",
    "load_img",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "save_img",
    "smart_resize",
    "transform_matrix_offset_center",
]
