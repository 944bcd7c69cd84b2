"""Measure this machine: its peak, caches, vector width, threads, and how fast they start."""

from __future__ import annotations

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `geartrain doctor`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the report."""
    from geartrain.explain.doctor import render, report

    found = report()
    print(json.dumps(found, default=str) if options.json else render(found))
    return 0
