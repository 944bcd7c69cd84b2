"""Momentum by hand: a ball that rolls down the loss has speed, and gets out of a small valley.

Run it as `python momentum_by_hand.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np
from picture import TONES, Chart, range_of

from geartrain import grad

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def loss_of(w):
    """A curve of two valleys: a small one at 1.1, and a deep one at -1.25."""
    return w**4 / 4 - 0.7 * w**2 + 0.2 * w


def descend(momentum, learning_rate=0.05, steps=300):
    """All the places on the way down from w = 2."""
    w, past_velocity, places = 2.0, 0.0, [2.0]
    for _ in range(steps):
        gradient = float(grad(loss_of)(np.float64(w)))
        velocity = past_velocity * momentum - learning_rate * gradient
        w = w + momentum * velocity - learning_rate * gradient
        past_velocity = velocity
        places.append(w)
    return np.array(places)


without, with_it = descend(momentum=0.0), descend(momentum=0.95)
for name, places in (("without momentum", without), ("with momentum", with_it)):
    print(f"{name}: from w = 2 to w = {places[-1]:.3f}, loss {loss_of(places[-1]):.3f}")
assert with_it[-1] < 0 < without[-1]

w = np.linspace(-2, 2.1, 121)
chart = Chart("momentum gets out of a small valley", (-2, 2.1), range_of(loss_of(w)), ("w", "loss"))
chart.line(zip(w, loss_of(w), strict=True), TONES[0], name="the loss")
for places, tone, up, name in (
    (without, TONES[1], 0.0, "without momentum"),
    (with_it, TONES[2], 0.08, "with momentum (raised)"),
):
    chart.dots([(at, loss_of(at) + up) for at in places[:60]], tone, name=name, opacity=0.6)
chart.save(folder / "momentum_by_hand.svg")
