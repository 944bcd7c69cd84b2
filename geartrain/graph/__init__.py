"""The written-down program: tracing a function into a graph, the graph, and its printer.

A graph is in single static assignment: every `Node` is made once, by one primitive, from nodes
before it. Nothing here knows of derivatives (a tape records symbolic tensors as it does any
others), and nothing here knows of machine code.

Start reading at `graph.py`, then `trace.py`.
"""

from geartrain.graph.control import traced_while
from geartrain.graph.graph import Graph, Node, Role
from geartrain.graph.printer import format_graph
from geartrain.graph.scan import traced_scan
from geartrain.graph.trace import Tracer, trace

__all__ = [
    "Graph",
    "Node",
    "Role",
    "Tracer",
    "format_graph",
    "trace",
    "traced_scan",
    "traced_while",
]
