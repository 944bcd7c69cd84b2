"""The names of layers: those of `geartrain.names`."""

from geartrain.names import snake_case, unique_name

__all__ = ["snake_case", "unique_name"]
