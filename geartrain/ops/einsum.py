"""Einstein's convention, and patterns that rearrange axes.

    einsum("bik,bkj->bij", x, y)      axes that the result lacks are summed over
    rearrange(x, "b h w c -> b (h w) c")

An operand first loses what concerns it alone: axes named twice become their diagonal, axes that
nothing else names are summed. Then two operands at a time become one, by `contract`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import convert_to_tensor, promoted
from geartrain.ops.matrices import diagonal
from geartrain.ops.products import with_room
from geartrain.ops.reductions import sum
from geartrain.ops.shaping import reshape, squeeze, transpose
from geartrain.tensor import Size, Tensor, format_shape

__all__ = ["einsum", "rearrange"]

Operand = tuple[Tensor, str]
ELLIPSIS_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ"  # for the axes that an ellipsis stands for


def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Tensor:
    """A sum of products over named axes; of int8, which is summed in int32.

    Args:
        subscripts: the axes of each operand, and after `->` those of the result; without it,
            those named once, in the order of the alphabet. `...` stands for axes that broadcast.
        *operands: the tensors.
        **kwargs: `optimize` is taken for the sake of NumPy's users; the order is always chosen.

    Raises:
        ValueError: the subscripts do not fit the operands; the message names the axis.

    >>> einsum("ij,jk->ik", [[1., 2.]], [[3.], [4.]]).numpy().tolist()
    [[11.0]]
    """
    _check_arguments(kwargs)
    tensors = with_room(*promoted(*operands))
    names, result = _read(subscripts, tensors)
    parts = [_alone(each, letters) for each, letters in zip(tensors, names, strict=True)]
    _check_sizes(subscripts, parts)
    parts = [_prepared(number, parts, result) for number in range(len(parts))]
    while len(parts) > 1:
        first, second = _next_pair(parts)
        rest = [each for number, each in enumerate(parts) if number not in (first, second)]
        parts = [*rest, _product(parts[first], parts[second], rest, result)]
    return _as_result(parts[0], result)


def _read(subscripts: str, tensors: Sequence[Tensor]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, with letters for what `...` stands for."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    names = inputs.split(",")
    if len(names) != len(tensors):
        raise ValueError(_count_message(subscripts, len(tensors)))
    hidden = [
        _hidden_letters(tensor.ndim, letters)
        for tensor, letters in zip(tensors, names, strict=True)
    ]
    names = [text.replace("...", each) for text, each in zip(names, hidden, strict=True)]
    spread = max(hidden, key=len)
    if not arrow:
        every = "".join(names)
        lone = sorted(each for each in set(every) if every.count(each) == 1 and each not in spread)
        return _checked(subscripts, names, spread + "".join(lone), tensors)
    return _checked(subscripts, names, output.replace("...", spread), tensors)


def _hidden_letters(rank: int, letters: str) -> str:
    """A letter for each axis that an operand's `...` stands for, the same from the right."""
    count = rank - len(letters.replace("...", "")) if "..." in letters else 0
    return ELLIPSIS_LETTERS[len(ELLIPSIS_LETTERS) - count :] if count > 0 else ""


def _checked(
    subscripts: str, names: list[str], result: str, tensors: Sequence[Tensor]
) -> tuple[list[str], str]:
    for tensor, letters in zip(tensors, names, strict=True):
        if len(letters) != tensor.ndim:
            raise ValueError(_rank_message(subscripts, tensor, letters))
    if not set(result) <= set("".join(names)) or len(set(result)) != len(result):
        raise ValueError(_result_message(subscripts, result))
    return names, result


def _alone(tensor: Tensor, letters: str) -> Operand:
    """Letters that an operand names twice become one: the diagonal of their axes."""
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            first, second = [at for at, each in enumerate(letters) if each == letter][:2]
            if tensor.shape[first] != tensor.shape[second]:
                raise ValueError(_size_message(letter, tensor.shape[first], tensor.shape[second]))
            tensor = diagonal(tensor, 0, first, second)
            rest = [each for at, each in enumerate(letters) if at not in (first, second)]
            letters = "".join(rest) + letter
    return tensor, letters


def _check_sizes(subscripts: str, parts: Sequence[Operand]) -> None:
    sizes: dict[str, Size] = {}
    for tensor, letters in parts:
        for letter, size in zip(letters, tensor.shape, strict=True):
            known = sizes.setdefault(letter, size)
            if known != size and 1 not in (known, size):
                raise ValueError(_size_message(letter, known, size, subscripts))
            sizes[letter] = size if known == 1 else known


def _prepared(number: int, parts: Sequence[Operand], result: str) -> Operand:
    """Lose axes of size 1 that another operand has with more, and axes nobody else names."""
    tensor, letters = parts[number]
    others = [*parts[:number], *parts[number + 1 :]]
    elsewhere = "".join(names for _, names in others) + result
    lone = [at for at, each in enumerate(letters) if each not in elsewhere]
    if lone:
        tensor = sum(tensor, lone)
        letters = "".join(each for at, each in enumerate(letters) if at not in lone)
    ones = [
        at
        for at, letter in enumerate(letters)
        if tensor.shape[at] == 1 and _is_longer_elsewhere(letter, others)
    ]
    kept = "".join(each for at, each in enumerate(letters) if at not in ones)
    return (squeeze(tensor, ones) if ones else tensor), kept


def _is_longer_elsewhere(letter: str, parts: Sequence[Operand]) -> bool:
    return any(
        letter in names and tensor.shape[names.index(letter)] != 1 for tensor, names in parts
    )


def _next_pair(parts: Sequence[Operand]) -> tuple[int, int]:
    """The pair whose product is the smallest: the greedy order."""
    pairs = [(a, b) for b in range(len(parts)) for a in range(b)]
    return min(pairs, key=lambda pair: (_product_size(parts, *pair), pair))


def _product_size(parts: Sequence[Operand], first: int, second: int) -> int:
    sizes: dict[str, Size] = {}
    for tensor, letters in (parts[first], parts[second]):
        sizes.update(zip(letters, tensor.shape, strict=True))
    return math.prod(size if isinstance(size, int) else size.scale for size in sizes.values())


def _product(first: Operand, second: Operand, rest: Sequence[Operand], result: str) -> Operand:
    """Two operands as one: summed over the letters that nobody asks for any more.

    The last product has its axes in the order of the result.
    """
    (x, lhs), (y, rhs) = first, second
    both = list(dict.fromkeys(lhs + rhs))
    kept = result + "".join(letters for _, letters in rest)
    out = "".join(each for each in (both if rest else result) if each in kept and each in both)
    lone = [each for each in both if each not in kept and not (each in lhs and each in rhs)]
    x, lhs = _summed((x, lhs), lone)
    y, rhs = _summed((y, rhs), lone)
    return primitives.contract(x, y, lhs=lhs, rhs=rhs, out=out), out


def _summed(part: Operand, lone: Sequence[str]) -> Operand:
    tensor, letters = part
    axes = [at for at, each in enumerate(letters) if each in lone]
    kept = "".join(each for each in letters if each not in lone)
    return (sum(tensor, axes) if axes else tensor), kept


def _as_result(part: Operand, result: str) -> Tensor:
    tensor, letters = _summed(part, [each for each in part[1] if each not in result])
    for letter in result:
        if letter not in letters:  # of size 1 everywhere
            tensor, letters = reshape(tensor, (*tensor.shape, 1)), letters + letter
    return transpose(tensor, [letters.index(each) for each in result])


# -- rearranging ---------------------------------------------------------------------------------

TOKEN = re.compile(r"\(([^()]*)\)|(\.\.\.)|(\w+)")


def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Tensor:
    """Axes named, split, merged and put in another order by a pattern.

    Args:
        tensor: the tensor.
        pattern: its axes, `->`, and the axes of the result; names in parentheses are one axis.
        **axes_lengths: sizes of names that stand in parentheses on the left; one of each pair of
            parentheses may be left out.

    >>> rearrange([[1, 2, 3, 4]], "b (h w) -> b h w", h=2).numpy().tolist()
    [[[1, 2], [3, 4]]]
    """
    x = convert_to_tensor(tensor)
    left, arrow, right = pattern.partition("->")
    before, after = _groups(left), _groups(right)
    if not arrow or len(before) != x.ndim:
        raise ValueError(_pattern_message(pattern, x))
    sizes: dict[str, Size] = dict(axes_lengths)
    for group, size in zip(before, x.shape, strict=True):
        _solve(group, size, sizes, pattern, x)
    flat = [name for group in before for name in group]
    if sorted(flat) != sorted(name for group in after for name in group):
        raise ValueError(_pattern_message(pattern, x))
    apart = reshape(x, [sizes[name] for name in flat])
    ordered = transpose(apart, [flat.index(name) for group in after for name in group])
    return reshape(ordered, [_whole([sizes[name] for name in group]) for group in after])


def _groups(side: str) -> list[list[str]]:
    """The axes of one side of a pattern, each as the names that it is made of."""
    return [group.split() if name == "" else [name] for group, _, name in TOKEN.findall(side)]


def _solve(group: list[str], size: Size, sizes: dict[str, Size], pattern: str, x: Tensor) -> None:
    """Find the size of the one name of an axis that is not given."""
    unknown = [name for name in group if name not in sizes]
    known = [sizes[name] for name in group if name in sizes]
    if len(unknown) > 1:
        raise ValueError(_pattern_message(pattern, x))
    if not known and unknown:
        sizes[unknown[0]] = size
        return
    given = math.prod(int(str(each)) for each in known)
    whole = int(str(size))
    if (unknown and (not given or whole % given)) or (not unknown and given != whole):
        raise ValueError(_pattern_message(pattern, x))
    if unknown:
        sizes[unknown[0]] = whole // given


def _whole(sizes: list[Size]) -> Size:
    return sizes[0] if len(sizes) == 1 else math.prod(int(str(each)) for each in sizes)


# -- errors --------------------------------------------------------------------------------------


def _check_arguments(kwargs: dict[str, Any]) -> None:
    strange = sorted(set(kwargs) - {"optimize"})
    if strange:
        raise TypeError(f"einsum() got an unexpected keyword argument {strange[0]!r}")


def _count_message(subscripts: str, count: int) -> str:
    return explain(
        "einsum needs the axes of each operand",
        given=f"{count} operands for {subscripts!r}",
        expected=f"{subscripts.partition('->')[0].count(',') + 1} operands, as the subscripts say",
        remedy="ops.einsum('ij,jk->ik', x, y)",
    )


def _rank_message(subscripts: str, tensor: Tensor, letters: str) -> str:
    return explain(
        "einsum needs a letter for each axis",
        given=f"{len(letters)} letters ({letters!r}) for shape {format_shape(tensor.shape)}",
        expected=f"{tensor.ndim} letters, or `...` for those that need no name",
        remedy=f"a letter more or less in {subscripts!r}",
    )


def _result_message(subscripts: str, result: str) -> str:
    return explain(
        "einsum cannot make this result",
        given=f"the result {result!r} of {subscripts!r}",
        expected="letters of the operands, each once",
        remedy="ops.einsum('ij,jk->ik', x, y)",
    )


def _size_message(letter: str, first: Size, second: Size, subscripts: str = "") -> str:
    return explain(
        "einsum needs axes of one letter to have one size",
        given=f"sizes {first} and {second} for the letter {letter!r}"
        + (f" of {subscripts!r}" if subscripts else ""),
        expected=f"size {first} (set by the first), or 1, which is repeated",
        axis=f"the axis {letter!r}: {first} against {second}",
        remedy="ops.transpose the operand whose axes are the wrong way round",
    )


def _pattern_message(pattern: str, x: Tensor) -> str:
    return explain(
        "rearrange cannot read this pattern",
        given=f"{pattern!r} for shape {format_shape(x.shape)}",
        expected="an axis for each of the tensor's, the same names on both sides of `->`, and "
        "sizes that multiply to the axis",
        remedy="ops.rearrange(x, 'b (h w) c -> b h w c', h=28)",
    )
