"""Boxes around things in images: their formats, and what is computed with them.

Start reading at `formats.py`.
"""

from geartrain.utils.bounding_boxes.deltas import decode_deltas_to_boxes, encode_box_to_deltas
from geartrain.utils.bounding_boxes.formats import convert_format
from geartrain.utils.bounding_boxes.geometry import (
    affine_transform,
    clip_to_image_size,
    crop,
    pad,
)
from geartrain.utils.bounding_boxes.overlap import compute_ciou, compute_iou

__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]
