"""Elements in groups that are data sets themselves: windows, groups of one key, of one length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from geartrain.data.batching import Batch, PaddedBatch
from geartrain.data.calling import Call
from geartrain.data.elements import Element, as_tensors, read_element
from geartrain.data.mapping import stage_of
from geartrain.data.spec import DatasetSpec, TensorSpec, blank, spec_of, with_shapes
from geartrain.data.stage import Stage
from geartrain.errors import explain
from geartrain.tensor.nest import flatten, map_nest, pack_like


class Listed(Stage):
    """Elements that are there already."""

    def __init__(self, found: Sequence[Element], spec: Any = None) -> None:
        super().__init__()
        self.found = list(found)
        self._known = spec

    @property
    def size(self) -> int:
        return len(self.found)

    def _find_spec(self) -> Any:
        return spec_of(self.found[0]) if self._known is None else self._known

    def elements(self) -> Iterator[Element]:
        return iter(self.found)


class Window(Stage):
    """Elements `stride` apart, `size` of them together, a new group every `shift` elements.

    Args:
        source: gives the elements.
        room: how many a group has.
        shift: how far the next group begins after one.
        stride: how far apart the elements of a group are.
        whole: whether groups that the end cuts off are left out.
    """

    def __init__(self, source: Stage, room: int, shift: int, stride: int, *, whole: bool) -> None:
        super().__init__(source)
        self.room, self.shift, self.stride, self.whole = room, shift, stride, whole

    @property
    def size(self) -> int:
        size = self.source.size
        if size < 0:
            return size
        if not self.whole:
            return -(-size // self.shift)
        span = (self.room - 1) * self.stride + 1
        return 0 if size < span else (size - span) // self.shift + 1

    def _find_spec(self) -> Any:
        return map_nest(DatasetSpec, self.source.spec)

    def elements(self) -> Iterator[Element]:
        pending: list[Element] = []
        span, skipped = (self.room - 1) * self.stride + 1, 0
        for each in self.source.elements():
            if skipped:
                skipped -= 1
                continue
            pending.append(each)
            if len(pending) == span:
                yield self._group(pending)
                skipped = max(self.shift - len(pending), 0)
                del pending[: self.shift]
        while pending and not self.whole:
            yield self._group(pending)
            del pending[: self.shift]

    def _group(self, elements: list[Element]) -> Element:
        chosen = elements[:: self.stride]
        columns = zip(*(flatten(each) for each in chosen), strict=True)
        specs = flatten(self.source.spec)
        parts = [Listed(column, spec) for column, spec in zip(columns, specs, strict=True)]
        return pack_like(chosen[0], parts)


class GroupByWindow(Stage):
    """Elements of one key together, so many at a time; a function makes a data set of each group.

    Args:
        source: gives the elements.
        key: a whole number of an element.
        reduce: a data set of a key and a data set of elements.
        room: how many elements of a key make a group.
    """

    def __init__(
        self, source: Stage, key: Call, reduce: Callable[..., Any], room: Callable[[Any], int]
    ) -> None:
        super().__init__(source)
        self.key, self.reduce, self.room = key, Call("group_by_window", reduce), room

    def _find_spec(self) -> Any:
        first = self.source.first()
        if first is None:
            first = blank(self.source.spec)
        group = (np.asarray(0, np.int64), Listed([first], self.source.spec))
        return stage_of(self.reduce, group).spec

    def elements(self) -> Iterator[Element]:
        groups: dict[int, list[Element]] = {}
        for each in self.source.elements():
            key = self._key_of(each)
            group = groups.setdefault(key, [])
            group.append(each)
            if len(group) == self.room(key):
                yield from self._reduced(key, groups.pop(key))
        for key in sorted(groups):
            yield from self._reduced(key, groups[key])

    def _key_of(self, element: Element) -> int:
        found = np.asarray(self.key(element))
        if found.dtype.kind not in "iu" or found.ndim:
            raise TypeError(_key_message(found))
        return int(found)

    def _reduced(self, key: int, group: list[Element]) -> Iterator[Element]:
        pair = (np.asarray(key, np.int64), Listed(group, self.source.spec))
        return stage_of(self.reduce, pair).elements()


class Buckets(Stage):
    """Batches of elements of similar length.

    Args:
        source: gives the elements.
        length: of an element.
        bounds: between the buckets: element lengths from 0 to the first bound less 1, and so on.
        sizes: of the batches of each bucket, one more than bounds.
        to_bound: whether elements are filled up to the bound of their bucket.
        padded: how: `shapes`, `values`; None for elements that all have one shape.
        whole: whether a last, smaller batch of a bucket is left out.
    """

    def __init__(
        self,
        source: Stage,
        length: Call,
        bounds: Sequence[int],
        sizes: Sequence[int],
        *,
        padded: dict[str, Any] | None,
        to_bound: bool,
        whole: bool,
    ) -> None:
        super().__init__(source)
        if len(sizes) != len(bounds) + 1:
            raise ValueError(_buckets_message(bounds, sizes))
        self.length, self.bounds, self.sizes = length, list(bounds), list(sizes)
        self.padded, self.to_bound, self.whole = padded, to_bound, whole

    def _find_spec(self) -> Any:
        number = self.sizes[0] if self.whole and len(set(self.sizes)) == 1 else None

        def several(sizes: Any) -> Any:
            return None if sizes is None else (number, *(None if self.padded else s for s in sizes))

        return with_shapes(self.source.spec, several)

    def elements(self) -> Iterator[Element]:
        groups: dict[int, list[Element]] = {}
        for each in self.source.elements():
            bucket = self._bucket_of(int(np.asarray(self.length(each))))
            group = groups.setdefault(bucket, [])
            group.append(each)
            if len(group) == self.sizes[bucket]:
                yield from self._batch(bucket, groups.pop(bucket))
        for bucket in sorted(groups):
            if not self.whole:
                yield from self._batch(bucket, groups[bucket])

    def _bucket_of(self, length: int) -> int:
        bucket = int(np.searchsorted(self.bounds, length, side="right"))
        if self.to_bound and bucket == len(self.bounds):
            raise ValueError(_long_message(length, self.bounds))
        return bucket

    def _batch(self, bucket: int, group: list[Element]) -> Iterator[Element]:
        source, number = Listed(group, self.source.spec), len(group)
        if self.padded is None:
            return Batch(source, number, whole=False).elements()
        shapes = self.padded["shapes"]
        if self.to_bound:
            shapes = self._up_to_bound(bucket, shapes)
        values = self.padded["values"]
        return PaddedBatch(source, number, whole=False, shapes=shapes, values=values).elements()

    def _up_to_bound(self, bucket: int, shapes: Any) -> Any:
        """Shapes whose unknown sizes are the longest that the bucket takes."""
        most = self.bounds[bucket] - 1

        def known(spec: Any) -> Any:
            sizes = spec.shape if isinstance(spec, TensorSpec) else ()
            return [most if size is None else size for size in sizes]

        return map_nest(known, self.source.spec) if shapes is None else shapes


class Unique(Stage):
    """Each element that did not come before."""

    def elements(self) -> Iterator[Element]:
        seen: set[Any] = set()
        for each in self.source.elements():
            key = tuple((np.shape(leaf), np.asarray(leaf).tobytes() if not isinstance(leaf, bytes)
                         else leaf) for leaf in flatten(each))  # fmt: skip
            if key not in seen:
                seen.add(key)
                yield each


def reduced(source: Stage, state: Any, function: Callable[..., Any]) -> Any:
    """The last state: a function of the state before and an element gives the next one."""
    for each in source.elements():
        found = function(as_tensors(state), as_tensors(each))
        state = read_element(tuple(found) if isinstance(found, list) else found)
    return as_tensors(state)


def _key_message(found: Any) -> str:
    return explain(
        "The key of Dataset.group_by_window is a whole number",
        given=f"{found.dtype} of shape {found.shape}",
        expected="one whole number of each element",
        remedy="key_func=lambda x: ops.cast(x, 'int64')",
    )


def _buckets_message(bounds: Sequence[int], sizes: Sequence[int]) -> str:
    return explain(
        "bucket_by_sequence_length needs a batch size for each bucket",
        given=f"{len(bounds)} boundaries, {len(sizes)} batch sizes",
        expected=f"{len(bounds) + 1} batch sizes: one below each boundary, and one above all",
        remedy=f"bucket_batch_sizes={[32] * (len(bounds) + 1)}",
    )


def _long_message(length: int, bounds: Sequence[int]) -> str:
    return explain(
        "An element is longer than the last bucket",
        given=f"length {length}",
        expected=f"less than {bounds[-1]}, as pad_to_bucket_boundary=True fills up to boundaries",
        remedy=f"bucket_boundaries=[..., {length + 1}], or .filter(...) before",
    )
