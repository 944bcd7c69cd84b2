"""VGG16: see `geartrain/applications/vgg.py`."""

from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.network import network
from geartrain.applications.vgg import recipe_of

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("caffe", __name__)
VGG16 = network(
    "VGG16",
    recipe_of((2, 2, 3, 3, 3)),
    __name__,
    name="vgg16",
    about="VGG16 of Simonyan and Zisserman (2014): 16 layers with weights, 224 x 224.",
)
