"""Networks that are known by name, with the layers, names and weights that Keras's have.

    from geartrain.applications import ResNet50
    from geartrain.applications.resnet import decode_predictions, preprocess_input

    model = ResNet50()                       # with the weights that were trained on ImageNet
    base = ResNet50(include_top=False)       # what it sees, without what it calls it
    model = ResNet50(weights=None, classes=10)

One family is one file, written from its paper, which the file names. What lives here are recipes;
the layers are those of `geartrain.layers`, the trained weights those that Keras publishes.

Start reading at `vgg.py`, the plainest, then `network.py`, which makes a model of a recipe.
"""

from geartrain.applications import (
    convnext,
    densenet,
    efficientnet,
    efficientnet_v2,
    imagenet_utils,
    inception_resnet_v2,
    inception_v3,
    mobilenet,
    mobilenet_v2,
    mobilenet_v3,
    nasnet,
    resnet,
    resnet50,
    resnet_v2,
    vgg16,
    vgg19,
    xception,
)
from geartrain.applications.convnext import (
    ConvNeXtBase,
    ConvNeXtLarge,
    ConvNeXtSmall,
    ConvNeXtTiny,
    ConvNeXtXLarge,
)
from geartrain.applications.densenet import DenseNet121, DenseNet169, DenseNet201
from geartrain.applications.efficientnet import (
    EfficientNetB0,
    EfficientNetB1,
    EfficientNetB2,
    EfficientNetB3,
    EfficientNetB4,
    EfficientNetB5,
    EfficientNetB6,
    EfficientNetB7,
)
from geartrain.applications.efficientnet_v2 import (
    EfficientNetV2B0,
    EfficientNetV2B1,
    EfficientNetV2B2,
    EfficientNetV2B3,
    EfficientNetV2L,
    EfficientNetV2M,
    EfficientNetV2S,
)
from geartrain.applications.inception_resnet_v2 import InceptionResNetV2
from geartrain.applications.inception_v3 import InceptionV3
from geartrain.applications.mobilenet import MobileNet
from geartrain.applications.mobilenet_v2 import MobileNetV2
from geartrain.applications.mobilenet_v3 import MobileNetV3Large, MobileNetV3Small
from geartrain.applications.nasnet import NASNetLarge, NASNetMobile
from geartrain.applications.resnet import ResNet50, ResNet101, ResNet152
from geartrain.applications.resnet_v2 import ResNet50V2, ResNet101V2, ResNet152V2
from geartrain.applications.scales import CustomScaleLayer as CustomScaleLayer
from geartrain.applications.scales import LayerScale as LayerScale
from geartrain.applications.vgg16 import VGG16
from geartrain.applications.vgg19 import VGG19
from geartrain.applications.xception import Xception

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetLarge",
    "NASNetMobile",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "VGG19",
    "Xception",
    "convnext",
    "densenet",
    "efficientnet",
    "efficientnet_v2",
    "imagenet_utils",
    "inception_resnet_v2",
    "inception_v3",
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3",
    "nasnet",
    "preprocess_input",
    "resnet",
    "resnet50",
    "resnet_v2",
    "vgg16",
    "vgg19",
    "xception",
]
