"""Layers that change images: to another size, and at random, so that a network sees more of them.

Start reading at `image_layer.py`, then `random_flip.py`; `affine.py`, `colour_layer.py`,
`mixing.py` and `policy.py` hold what families share.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.layers.augmentation.aug_mix import AugMix
    from geartrain.layers.augmentation.auto_contrast import AutoContrast
    from geartrain.layers.augmentation.center_crop import CenterCrop
    from geartrain.layers.augmentation.clahe import ContrastLimitedAdaptiveHistogramEqualization
    from geartrain.layers.augmentation.cut_mix import CutMix
    from geartrain.layers.augmentation.equalization import Equalization
    from geartrain.layers.augmentation.max_num_bounding_boxes import MaxNumBoundingBoxes
    from geartrain.layers.augmentation.mix_up import MixUp
    from geartrain.layers.augmentation.pipeline import Pipeline
    from geartrain.layers.augmentation.rand_augment import RandAugment
    from geartrain.layers.augmentation.random_brightness import RandomBrightness
    from geartrain.layers.augmentation.random_color_degeneration import RandomColorDegeneration
    from geartrain.layers.augmentation.random_color_jitter import RandomColorJitter
    from geartrain.layers.augmentation.random_contrast import RandomContrast
    from geartrain.layers.augmentation.random_crop import RandomCrop
    from geartrain.layers.augmentation.random_elastic_transform import RandomElasticTransform
    from geartrain.layers.augmentation.random_erasing import RandomErasing
    from geartrain.layers.augmentation.random_flip import RandomFlip
    from geartrain.layers.augmentation.random_gaussian_blur import RandomGaussianBlur
    from geartrain.layers.augmentation.random_grayscale import RandomGrayscale
    from geartrain.layers.augmentation.random_hue import RandomHue
    from geartrain.layers.augmentation.random_invert import RandomInvert
    from geartrain.layers.augmentation.random_perspective import RandomPerspective
    from geartrain.layers.augmentation.random_posterization import RandomPosterization
    from geartrain.layers.augmentation.random_rotation import RandomRotation
    from geartrain.layers.augmentation.random_saturation import RandomSaturation
    from geartrain.layers.augmentation.random_sharpness import RandomSharpness
    from geartrain.layers.augmentation.random_shear import RandomShear
    from geartrain.layers.augmentation.random_translation import RandomTranslation
    from geartrain.layers.augmentation.random_zoom import RandomZoom
    from geartrain.layers.augmentation.resizing import Resizing
    from geartrain.layers.augmentation.solarization import Solarization


__all__ = [
    "AugMix",
    "AutoContrast",
    "CenterCrop",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "CutMix",
    "Equalization",
    "MaxNumBoundingBoxes",
    "MixUp",
    "Pipeline",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "Resizing",
    "Solarization",
]
