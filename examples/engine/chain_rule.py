"""The chain rule, step by step: the derivative of steps is the product of the steps' derivatives.

    x1 = w * x        x2 = x1 + b        loss = |y_true - x2|

Run it as `python chain_rule.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

from geartrain import GradientTape, Variable, grad, ops
from geartrain.drawing import Drawing
from geartrain.drawing.svg import BLUE, INK, ORANGE

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

x, y_true = 2.0, 4.0
w, b = Variable(3.0, name="w"), Variable(1.0, name="b")

print("forward, from w to the loss:")
x1 = w * x
print(f"  x1 = w * x = {float(w.value):g} * {x:g} = {float(x1):g}")
x2 = x1 + b
print(f"  x2 = x1 + b = {float(x1):g} + {float(b.value):g} = {float(x2):g}")
loss = ops.absolute(y_true - x2)
print(f"  loss = |y_true - x2| = |{y_true:g} - {float(x2):g}| = {float(loss):g}")

print("backward, from the loss to w: the derivative of each step")
loss_by_x2 = grad(lambda x2: ops.absolute(y_true - x2))(x2)
print(f"  loss by x2: {float(loss_by_x2):g}   (the loss grows as fast as x2)")
x2_by_x1 = grad(lambda x1: x1 + b)(x1)
print(f"  x2 by x1:   {float(x2_by_x1):g}   (so does x2 with x1)")
x1_by_w = grad(lambda w: w * x)(w.value)
print(f"  x1 by w:    {float(x1_by_w):g}   (x1 grows x times as fast as w)")

by_hand = loss_by_x2 * x2_by_x1 * x1_by_w
print(f"their product, the loss by w: {float(by_hand):g}")

with GradientTape() as tape:
    loss = ops.absolute(y_true - (w * x + b))
by_w, by_b = tape.gradient(loss, [w, b])
print(f"the tape says: by w {float(by_w):g}, by b {float(by_b):g}")
assert float(by_w) == float(by_hand)

# The picture: values go to the right, derivatives come back.
sheet = Drawing(620, 150, "the chain rule: values go right, derivatives come back")
sheet.text(12, 20, "values go right, derivatives of the loss come back", bold=True)
names = [("w", w.value, by_w), ("x1 = w · 2", x1, loss_by_x2 * x2_by_x1)]
names += [("x2 = x1 + b", x2, loss_by_x2), ("|4 - x2|", loss, 1.0)]
for place, (name, value, derivative) in enumerate(names):
    left = 12 + 152 * place
    sheet.rect(left, 56, 104, 40, fill=BLUE, opacity=0.15)
    sheet.text(left + 52, 48, name, anchor="middle")
    sheet.text(left + 52, 74, f"{float(value):g}", anchor="middle", bold=True, fill=INK)
    sheet.text(
        left + 52, 90, f"by it: {float(derivative):g}", size=11, anchor="middle", fill=ORANGE
    )
steps = [("· 2", x1_by_w), ("+ 1", x2_by_x1), ("|4 - ·|", loss_by_x2)]
for place, (name, local) in enumerate(steps):
    left = 116 + 152 * place
    sheet.arrow((left + 3, 68), (left + 45, 68), stroke=BLUE)
    sheet.arrow((left + 45, 86), (left + 3, 86), stroke=ORANGE)
    sheet.text(left + 24, 112, name, size=10, anchor="middle")
    sheet.text(left + 24, 128, f"times {float(local):g}", size=10, anchor="middle", fill=ORANGE)
print("saved", sheet.save(folder / "chain_rule.svg"))
