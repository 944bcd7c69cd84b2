"""`AugMix`: images mixed with changed ones."""

from __future__ import annotations

from typing import Any

from geartrain import ops, random
from geartrain.layers.augmentation.policy import COLOURING, MOVING, VALUING, PolicyLayer
from geartrain.tensor import Tensor


class AugMix(PolicyLayer):
    """Images mixed with some of their own changed forms, while training: m x + (1 - m) sum w_i x_i.

    x_i is changed by a chain of layers, drawn for each batch; the w_i are drawn from a Dirichlet
    distribution, and m from a Beta distribution.

    Source: Hendrycks et al., "AugMix: a simple data processing method" (2019), algorithm 1.

    Args:
        value_range: which values images have: (0, 255) or (0, 1).
        num_chains: how many forms are mixed.
        chain_depth: how many layers change a form at most.
        factor: how strong the changes are: from 0, nothing, to 1.
        alpha: the parameter of the two distributions.
        all_ops: whether brightness, colour, contrast and sharpness are changed as well.
        interpolation: "bilinear" or "nearest".
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, 3) or (batch, height, width, 3), or a dict of "images" and what belongs to
        them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1, or the range is none.

    >>> from geartrain import layers, ops
    >>> layers.AugMix()(ops.ones((2, 8, 8, 3))).shape
    (2, 8, 8, 3)
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, data_format=data_format, seed=seed, **kwargs)
        self.num_chains, self.chain_depth = num_chains, chain_depth
        self.alpha, self.all_ops = alpha, all_ops
        names = (*MOVING, *(COLOURING if all_ops else ()), *VALUING)
        self.make_layers(names, interpolation, seed)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The weights of the chains and of the whole, and what the layers of each chain do."""
        if not training:
            return None
        source = self.generator if seed is None else seed
        parts = random.gamma((self.num_chains,), self.alpha, seed=source)
        return {
            "chain_mixing_weights": parts / ops.sum(parts),
            "weight_sample": random.beta((), self.alpha, self.alpha, seed=source),
            "chain_transforms": [self._chain(data, seed) for _ in range(self.num_chains)],
        }

    def _chain(self, data: Any, seed: Any) -> dict[str, Any]:
        source = self.generator if seed is None else seed
        return {
            "depth": random.randint((), 0, self.chain_depth + 1, dtype="int32", seed=source),
            "choices": self.choices(self.chain_depth, seed),
            "transforms": [self.transformations_of(data, seed) for _ in range(self.chain_depth)],
        }

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        given = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return given
        x = self.working(given)
        mixed = ops.zeros_like(x)
        for number, chain in enumerate(transformation["chain_transforms"]):
            weight = ops.cast(transformation["chain_mixing_weights"][number], x.dtype)
            mixed = mixed + weight * self._chained(x, chain)
        share = ops.cast(transformation["weight_sample"], x.dtype)
        return self.finished(self.clipped(share * x + (1 - share) * mixed))

    def _chained(self, images: Tensor, chain: Any) -> Tensor:
        for at, transformations in enumerate(chain["transforms"]):
            number = chain["choices"][at]
            changed = self.one_of(number, "transform_images", images, transformations)
            images = ops.where(ops.less(at, chain["depth"]), changed, images)
        return images

    def get_config(self) -> dict[str, Any]:
        names = ("num_chains", "chain_depth", "alpha", "all_ops", "interpolation")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
