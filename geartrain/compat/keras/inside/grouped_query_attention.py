"""`keras.src.layers.attention.grouped_query_attention`: the class by its name there."""

from geartrain.layers import GroupQueryAttention

GroupedQueryAttention = GroupQueryAttention

__all__ = ["GroupedQueryAttention"]
