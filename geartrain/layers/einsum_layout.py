"""Where the letters of an equation lie: what is summed over, and how scales fit the output.

abc,cde->abde      c is summed; scales of inputs (a, b, 1, 1), of the kernel (1, 1, d, e)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from geartrain.ops import reshape, transpose
from geartrain.tensor import Tensor

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def split_equation(equation: str) -> tuple[str, str, str]:
    """The letters of the input, of the kernel and of the output.

    >>> split_equation("ab,bc->ac")
    ('ab', 'bc', 'ac')
    """
    inputs, _, output = equation.replace(" ", "").partition("->")
    first, _, second = inputs.partition(",")
    return first, second, output


class EinsumLayout:
    """The axes of input, kernel and output by their letters.

    Args:
        equation: such as "abc,cd->abd".
        rank: of the input, which says how many axes `...` stands for.
        shape: the kernel's.

    >>> layout = EinsumLayout("abc,cde->abde", 3, (10, 2, 3))
    >>> layout.matrix_shape, layout.scale_shape, layout.back
    ((10, 6), (1, 1, 2, 3), 'abde,cde->abc')
    """

    def __init__(self, equation: str, rank: int, shape: tuple[int, ...]) -> None:
        names, weight, output = split_equation(equation)
        free = "".join(each for each in LETTERS if each not in equation)
        more = free[: rank - len(names.replace("...", ""))] if "..." in names else ""
        self.input, self.output = (each.replace("...", more) for each in (names, output))
        self.kernel, self.shape = weight, shape

    @cached_property
    def back(self) -> str:
        """The equation of the derivative by the input."""
        return f"{self.output},{self.kernel}->{self.input}"

    @cached_property
    def kernel_axes(self) -> tuple[int, ...]:
        """The kernel's axes that are summed over."""
        return tuple(i for i, each in enumerate(self.kernel) if each not in self.output)

    @cached_property
    def input_axes(self) -> tuple[int, ...]:
        """The input's axes that are summed over."""
        return tuple(i for i, each in enumerate(self.input) if each not in self.output)

    @cached_property
    def _kept(self) -> str:
        return "".join(each for each in self.kernel if each in self.output)

    @cached_property
    def kept_shape(self) -> tuple[int, ...]:
        """The sizes of the kernel's other axes."""
        pairs = zip(self.kernel, self.shape, strict=True)
        return tuple(size for each, size in pairs if each in self._kept)

    @cached_property
    def matrix_shape(self) -> tuple[int, int]:
        """As many rows as there are places summed over, and columns for the rest.

        The kernel is read in its own order, as Keras reads it: where what is summed over does not
        stand first, a row is a part of the kernel, and not all that belongs to one sum.
        """
        rows = int(np.prod([self.shape[i] for i in self.kernel_axes], dtype=int))
        return rows, int(np.prod(self.kept_shape, dtype=int))

    @cached_property
    def scale_shape(self) -> tuple[int, ...]:
        """The shape of the kernel's scales, as the output's axes lie."""
        sizes = dict(zip(self._kept, self.kept_shape, strict=True))
        return tuple(sizes.get(each, 1) for each in self.output)

    def kept_to_output(self, scale: Any) -> Tensor:
        """Scales, as the kernel's kept axes lie, as the output's do."""
        letters = [each for each in self.output if each in self._kept]
        turned = transpose(scale, [self._kept.index(each) for each in letters])
        return reshape(turned, self.scale_shape)

    def output_to_kernel(self, scale: Tensor) -> Tensor:
        """Scales, as the output's axes lie, as the kernel's do, with 1 for what is summed."""
        letters = [each for each in self.output if each in self._kept]
        sizes = dict(zip(self._kept, self.kept_shape, strict=True))
        plain = reshape(scale, [sizes[each] for each in letters])
        turned = transpose(plain, [letters.index(each) for each in self._kept])
        return reshape(turned, [sizes.get(each, 1) for each in self.kernel])

    def input_to_output(self, scale: Tensor) -> Tensor:
        """Scales, as the input's axes lie, as the output's do, with 1 for what is not there."""
        kept = [each for each in self.input if each in self.output]
        letters = [each for each in self.output if each in kept]
        sizes: Sequence[Any] = [scale.shape[self.input.index(each)] for each in kept]
        turned = transpose(reshape(scale, sizes), [kept.index(each) for each in letters])
        by_letter = dict(zip(letters, turned.shape, strict=True))
        return reshape(turned, [by_letter.get(each, 1) for each in self.output])

    # -- the kernel as a matrix: rows are summed over --------------------------------------------

    @property
    def batched(self) -> bool:
        """Whether the kernel has an axis that the input and the output have, or lacks one."""
        own = set(self.input) - set(self.output)
        return any(each in self.input for each in self._kept) or not own <= set(self.kernel)

    @cached_property
    def rows_first(self) -> tuple[int, ...]:
        """The kernel's axes, those that are summed over first."""
        kept = (self.kernel.index(each) for each in self._kept)
        return (*self.kernel_axes, *kept)

    @cached_property
    def rows_last(self) -> tuple[int, ...]:
        """The input's axes, those that are summed over last, as the kernel's lie."""
        summed = [self.input.index(self.kernel[at]) for at in self.kernel_axes]
        rest = (at for at in range(len(self.input)) if at not in summed)
        return (*rest, *summed)

    def kernel_of_matrix(self, matrix: Tensor) -> Tensor:
        """The kernel whose matrix has these rows."""
        turned = reshape(matrix, [self.shape[at] for at in self.rows_first])
        return transpose(turned, [self.rows_first.index(at) for at in range(len(self.shape))])
