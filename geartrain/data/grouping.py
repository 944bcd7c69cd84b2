"""`Grouping`: the part of `Dataset` that puts elements together, and takes them apart again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from geartrain.data import batching, windows
from geartrain.data.arguments import whole
from geartrain.data.calling import Call
from geartrain.data.making import Making
from geartrain.errors import explain

if TYPE_CHECKING:
    from geartrain.data.dataset import Dataset


class Grouping(Making):
    """Batches, windows and groups of elements."""

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Elements together, along a new first axis.

        Args:
            batch_size: how many.
            drop_remainder: whether a last, smaller batch is left out.
            num_parallel_calls: taken for the sake of TensorFlow's users.
            deterministic: likewise.
            name: for those who read it.

        Raises:
            ValueError: when gone through: elements differ in shape.
        """
        number = whole("batch_size", batch_size, least=1)
        return self._then(batching.Batch(self.stage, number, whole=drop_remainder))

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Elements of different sizes together, the smaller ones filled up at their ends.

        Args:
            batch_size: how many.
            padded_shapes: to which shape, in the form of an element; None in it is as large as the
                batch needs.
            padding_values: with what; 0, or "" for texts, if None.
            drop_remainder: whether a last, smaller batch is left out.
            name: for those who read it.

        >>> from geartrain.data import Dataset
        >>> dataset = Dataset.from_generator(lambda: iter([[1], [2, 2], [3, 3, 3]]))
        >>> [each.numpy().tolist() for each in dataset.padded_batch(3)]
        [[[1, 0, 0], [2, 2, 0], [3, 3, 3]]]
        """
        number = whole("batch_size", batch_size, least=1)
        return self._then(
            batching.PaddedBatch(
                self.stage,
                number,
                whole=drop_remainder,
                shapes=padded_shapes,
                values=padding_values,
            )
        )

    def ragged_batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        row_splits_dtype: Any = "int64",
        name: str | None = None,
    ) -> Dataset:
        """There are no ragged tensors: `padded_batch` fills up.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(_kind_message("ragged"))

    def sparse_batch(self, batch_size: Any, row_shape: Any, name: str | None = None) -> Dataset:
        """There are no sparse tensors in a pipeline: `padded_batch` fills up.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(_kind_message("sparse"))

    def unbatch(self, name: str | None = None) -> Dataset:
        """The rows of elements."""
        return self._then(batching.Unbatch(self.stage))

    def rebatch(
        self, batch_size: Any, drop_remainder: bool = False, name: str | None = None
    ) -> Dataset:
        """Batches of another size, or of several sizes in turn."""
        several = batch_size if isinstance(batch_size, list | tuple) else [batch_size]
        sizes = [whole("batch_size", each, least=1) for each in several]
        return self._then(batching.Rebatch(self.stage, sizes, whole=drop_remainder))

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Sequence[int],
        bucket_batch_sizes: Sequence[int],
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Batches of elements of similar length.

        Args:
            element_length_func: the length of an element.
            bucket_boundaries: lengths at which another bucket begins.
            bucket_batch_sizes: the batch size of each bucket, one more than boundaries.
            padded_shapes: as in `padded_batch`.
            padding_values: likewise.
            pad_to_bucket_boundary: whether to fill up to the longest that the bucket takes.
            no_padding: whether elements need none.
            drop_remainder: whether last, smaller batches are left out.
            name: for those who read it.
        """
        padded = None if no_padding else {"shapes": padded_shapes, "values": padding_values}
        return self._then(
            windows.Buckets(
                self.stage,
                Call("bucket_by_sequence_length", element_length_func),
                bucket_boundaries,
                bucket_batch_sizes,
                padded=padded,
                to_bound=pad_to_bucket_boundary,
                whole=drop_remainder,
            )
        )

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Elements in groups, each of which is a data set.

        Args:
            size: how many elements a group has.
            shift: how far the next group begins after one; `size`, if None.
            stride: how far apart the elements of a group are.
            drop_remainder: whether groups that the end cuts off are left out.
            name: for those who read it.

        >>> from geartrain.data import Dataset
        >>> groups = Dataset.range(5).window(3, shift=1, drop_remainder=True)
        >>> [batch.numpy().tolist() for batch in groups.flat_map(lambda group: group.batch(3))]
        [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
        """
        room = whole("size", size, least=1)
        distance = room if shift is None else whole("shift", shift, least=1)
        apart = whole("stride", stride, least=1)
        return self._then(windows.Window(self.stage, room, distance, apart, whole=drop_remainder))

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[[Any], Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Elements of one key together; a function makes a data set of each group.

        Args:
            key_func: a whole number of an element.
            reduce_func: `(key, group) -> data set`.
            window_size: how many elements make a group.
            window_size_func: that, of a key.
            name: for those who read it.

        Raises:
            ValueError: both sizes are given, or neither.
        """
        if (window_size is None) == (window_size_func is None):
            raise ValueError(_window_message())

        def room(key: int) -> int:
            given = window_size if window_size_func is None else window_size_func(key)
            return whole("window_size", given, least=1)

        key = Call("group_by_window", key_func)
        return self._then(windows.GroupByWindow(self.stage, key, reduce_func, room))


def _kind_message(kind: str) -> str:
    return explain(
        f"There are no {kind} tensors here",
        given=f"{kind}_batch(...)",
        expected="batches whose elements are of one shape, or are filled up to one",
        remedy="dataset.padded_batch(32)",
    )


def _window_message() -> str:
    return explain(
        "group_by_window needs one size",
        given="both window_size and window_size_func, or neither",
        expected="one of them",
        remedy="window_size=32",
    )
