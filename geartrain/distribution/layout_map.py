"""`LayoutMap`: layouts of variables by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from geartrain.distribution.mesh import DeviceMesh, TensorLayout
from geartrain.errors import explain


class LayoutMap(MutableMapping[str, Any]):
    """A dict of layouts; a key is a path, or a regular expression for the whole of one.

    Args:
        device_mesh: the mesh of layouts that have none.

    >>> from geartrain.distribution import DeviceMesh, LayoutMap
    >>> layouts = LayoutMap(DeviceMesh((1,), ["model"]))
    >>> layouts["dense.*/kernel"] = (None, "model")
    >>> layouts["dense_1/kernel"].axes, layouts["dense_1/bias"]
    ((None, 'model'), None)
    """

    def __init__(self, device_mesh: DeviceMesh) -> None:
        self._layouts: dict[str, TensorLayout] = {}
        self._device_mesh = device_mesh

    @property
    def device_mesh(self) -> DeviceMesh:
        """The mesh of layouts that have none."""
        return self._device_mesh

    def __getitem__(self, key: str) -> TensorLayout | None:
        """The layout of a path: of the path itself, else of the one expression that means it.

        Raises:
            ValueError: several expressions mean it.
        """
        if key in self._layouts:
            return self._layouts[key]
        found = [each for each in self._layouts if re.fullmatch(each, key)]
        if len(found) > 1:
            raise ValueError(_several_message(key, found))
        return self._layouts[found[0]] if found else None

    def __setitem__(self, key: str, layout: Any) -> None:
        """Add a layout: a `TensorLayout`, or its axes.

        Raises:
            ValueError: the path has one already, or it is no layout.
        """
        if key in self._layouts:
            raise ValueError(_twice_message(key, self._layouts[key]))
        if isinstance(layout, tuple):
            layout = TensorLayout(layout)
        if not isinstance(layout, TensorLayout):
            raise ValueError(_kind_message(layout))
        if layout.device_mesh is None and self.device_mesh is not None:
            layout.device_mesh = self.device_mesh
        self._layouts[key] = layout

    def __delitem__(self, key: str) -> None:
        del self._layouts[key]

    def __contains__(self, key: object) -> bool:
        return key in self._layouts

    def __len__(self) -> int:
        return len(self._layouts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)


def _several_message(key: str, found: list[str]) -> str:
    return explain(
        f"Path '{key}' matches multiple layout specification keys: {found}. Please make sure each "
        "path only matches at most one layout specification key in the LayoutMap",
        given=f"'{key}'",
        expected="one key at most for each path",
        remedy=f"layouts[{key!r}] = (...), which comes before expressions",
    )


def _twice_message(key: str, layout: TensorLayout) -> str:
    return explain(
        f"{key} already exist in the LayoutMap with value {layout}",
        given=f"{key!r}, a second time",
        expected="a new path: Please make sure to not use duplicated keys",
        remedy=f"del layouts[{key!r}]",
    )


def _kind_message(given: Any) -> str:
    return explain(
        f"{given} should be a TensorLayout type, got {type(given)}",
        given=f"{given!r}",
        expected="a TensorLayout, or a tuple of its axes",
        remedy="(None, 'model')",
    )
