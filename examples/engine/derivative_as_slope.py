"""The derivative as a slope: near a point, a smooth curve is the line that touches it there.

    f(x + epsilon) = f(x) + a * epsilon        for small epsilon; a is the derivative at x

Run it as `python derivative_as_slope.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np
from picture import TONES, Chart

from geartrain import GradientTape, grad, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def f(x):
    return x * x * x / 3 - x


# The tape records what f does, and goes back through it.
x = ops.convert_to_tensor(np.float64(1.5))
with GradientTape() as tape:
    tape.watch(x)
    y = f(x)
slope = tape.gradient(y, x)
print(f"f(1.5) = {float(y)}, and the derivative there is {float(slope)}")

# It is what the quotient of small differences comes to.
for epsilon in (1.0, 0.1, 0.01, 0.001):
    quotient = float(f(x + epsilon) - f(x)) / epsilon
    print(f"epsilon {epsilon:5}: (f(x + epsilon) - f(x)) / epsilon = {quotient:.6f}")

# To make f smaller, move x a little against its derivative.
moved = x - 0.1 * slope
print(f"a step against it: f({float(moved):.4f}) = {float(f(moved)):.4f}, less than {float(y)}")

points = np.linspace(-2.5, 2.5, 101)
chart = Chart("the derivative is the slope", (-2.5, 2.5), (-2.5, 2.5), ("x", "f(x)"))
chart.line(zip(points, f(points), strict=True), TONES[0], name="x³/3 - x")
for at, tone in zip((-1.5, 0.0, 1.0), TONES[1:], strict=False):
    a = float(grad(f)(np.float64(at)))
    ends = [(at + far, f(at) + a * far) for far in (-0.7, 0.7)]
    chart.line(ends, tone, name=f"slope {a:.4g} at {at:g}", width=3)
    chart.dots([(at, f(at))], tone)
chart.save(folder / "derivative_as_slope.svg")
