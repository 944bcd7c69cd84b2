"""Comparing nests of numbers."""

import math


def differences(found, expected, path=""):
    """Where two nests differ, in words."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if list(found) != list(expected):
            return [f"{path}: keys {list(found)}, expected {list(expected)}"]
        return [
            text
            for key in expected
            for text in differences(found[key], expected[key], f"{path}/{key}")
        ]
    if isinstance(expected, list) and isinstance(found, list):
        if len(found) != len(expected):
            return [f"{path}: {len(found)} entries, expected {len(expected)}"]
        pairs = enumerate(zip(found, expected, strict=True))
        return [text for at, (a, b) in pairs for text in differences(a, b, f"{path}/{at}")]
    if isinstance(expected, float) and isinstance(found, int | float):
        same = math.isclose(
            found, expected, rel_tol=1e-5, abs_tol=2e-2 if path.endswith("/1") else 1e-3
        )
        return [] if same else [f"{path}: {found}, expected {expected}"]
    return [] if found == expected else [f"{path}: {found!r}, expected {expected!r}"]
