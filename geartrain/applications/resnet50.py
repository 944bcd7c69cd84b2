"""ResNet50 under its older module's name: see `geartrain/applications/resnet.py`."""

from geartrain.applications.resnet import ResNet50, decode_predictions, preprocess_input

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]
