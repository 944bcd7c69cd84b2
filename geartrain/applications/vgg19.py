"""VGG19: see `geartrain/applications/vgg.py`."""

from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.network import network
from geartrain.applications.vgg import recipe_of

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("caffe", __name__)
VGG19 = network(
    "VGG19",
    recipe_of((2, 2, 4, 4, 4)),
    __name__,
    name="vgg19",
    about="VGG19 of Simonyan and Zisserman (2014): 19 layers with weights, 224 x 224.",
)
