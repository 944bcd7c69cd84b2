"""`tf.tpu`: names that packages have in their tables; there is no TPU, which is said when asked."""

from __future__ import annotations

from enum import Enum
from typing import Any

from geartrain.errors import explain

__all__ = ["experimental"]

CONFIGS = (
    "Adagrad", "AdagradMomentum", "Adam", "CustomOptimizer", "FTRL", "FeatureConfig",
    "QuantizationConfig", "RowIdInitializer", "SGD", "SparseCoreEmbeddingConfig", "TPUEmbedding",
    "TPUEmbeddingForServing", "TPUEmbeddingV0", "TPUEmbeddingV2", "TableConfig",
)  # fmt: skip


class OfTPU:
    """What only a TPU could use.

    Raises:
        NotImplementedError: always.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(_no_tpu_message(type(self).__name__))


class embedding:  # noqa: N801  (a namespace)
    """Tables that lie in a TPU's memory."""


for _name in CONFIGS:
    setattr(embedding, _name, type(_name, (OfTPU,), {"__doc__": "What only a TPU could use."}))


class HardwareFeature:
    """What a TPU can do, by name."""

    class EmbeddingFeature(Enum):
        """How it looks up rows of tables."""

        UNSUPPORTED = "UNSUPPORTED"
        V1 = "V1"
        V2 = "V2"


def initialize_tpu_system(cluster_resolver: Any = None) -> None:
    """Raises NotImplementedError: there is none."""
    raise NotImplementedError(_no_tpu_message("initialize_tpu_system"))


class experimental:  # noqa: N801  (a namespace)
    """Where TensorFlow has all of it."""

    HardwareFeature = HardwareFeature
    embedding = embedding
    initialize_tpu_system = staticmethod(initialize_tpu_system)


def _no_tpu_message(name: str) -> str:
    return explain(
        "There is no TPU",
        given=f"tf.tpu: {name}",
        expected="what computes on a CPU",
        remedy="layers.Embedding(vocabulary, size)",
    )
