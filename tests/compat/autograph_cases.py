"""Functions in which tensors decide: choices, loops, jumps, logic, calls; and what they are given.

`make_autograph_golden.py` has TensorFlow compile them, `test_autograph.py` Geartrain.
"""


def cases(tf):
    """Functions by name, each with the arguments of several calls."""
    return {**choices(tf), **jumps(tf), **loops(tf), **logic(tf), **state(tf), **slopes(tf)}


def choices(tf):
    def both_ways(x):
        if tf.reduce_sum(x) > 0:
            return x * 2.0
        else:
            return -x

    def bound_in_both(x):
        if x > 1:
            y = x * x
            z = 1
        else:
            y = -x
            z = 2
        return y, z

    def bound_before(x):
        y = tf.zeros_like(x)
        if x > 1:
            y = x + 1
        return y

    def a_chain(x):
        if x > 10:
            y = 1.0
        elif x > 5:
            y = 2.0
        elif x > 0:
            y = 3.0
        else:
            y = 4.0
        return y

    def within(x, y):
        if x > 0:
            if y > 0:
                z = x + y
            else:
                z = x - y
        else:
            z = y
            if y > 3:
                z = z * 2
        return z

    def of_python(x):
        if x.shape[0] > 2:
            y = x[:2]
        else:
            y = x
        if tf.reduce_max(y) > 1:
            y = y / 2.0
        return y

    def nests(x):
        found = {"a": x, "b": (x, x + 1)}
        if x > 0:
            found = {"a": -x, "b": (x * 2, x)}
        return found

    def swapped(x, y):
        if x > y:
            x, y = y, x
        return x, y

    def added_to(x):
        if x > 0:
            x += 10
        else:
            x -= 10
        x *= 2
        return x

    def nothing(x):
        if x > 0:
            pass
        else:
            x = -x
        return x

    several = [(3.0,), (-2.0,)]
    return {
        "both_ways": (both_ways, [([1.0, 2.0],), ([-1.0, -2.0],)]),
        "bound_in_both": (bound_in_both, [(3.0,), (0.5,)]),
        "bound_before": (bound_before, [(3.0,), (0.5,)]),
        "a_chain": (a_chain, [(11.0,), (6.0,), (1.0,), (-1.0,)]),
        "within": (within, [(1, 2), (1, -2), (-1, 2), (-1, 5)]),
        "of_python": (of_python, [([1.0, 2.0, 3.0],), ([0.5, 0.25],)]),
        "nests": (nests, several),
        "swapped": (swapped, [(1, 2), (2, 1)]),
        "added_to": (added_to, several),
        "nothing": (nothing, several),
    }


def jumps(tf):
    def early(x):
        if x > 10:
            if x > 20:
                return x * 3
            else:
                return x + 1
        elif x < 0:
            return -x
        else:
            return x

    def last_of_three(x):
        if x > 10:
            return x
        if x > 5:
            return x * 2
        return x * 3

    def stops(x):
        total = tf.constant(0.0)
        for value in x:
            if value < 0:
                continue
            if value > 10:
                break
            total += value
        return total

    def stops_within(n):
        found = 0
        for i in tf.range(n):
            for j in tf.range(n):
                if j > i:
                    break
                found += i * j
            if found > 50:
                break
        return found

    def skips(n):
        found = 0
        i = 0
        while i < n:
            i += 1
            if i % 3 == 0:
                continue
            found += i
        return found

    def first_above(x, limit):
        found = -1
        for i in tf.range(tf.shape(x)[0]):
            if x[i] > limit:
                found = i
                break
        return found

    return {
        "early": (early, [(5,), (12,), (25,), (-4,)]),
        "last_of_three": (last_of_three, [(11,), (6,), (1,)]),
        "stops": (stops, [([1.0, -2.0, 3.0, 11.0, 5.0],), ([1.0, 2.0],)]),
        "stops_within": (stops_within, [(3,), (7,)]),
        "skips": (skips, [(0,), (10,)]),
        "first_above": (first_above, [([1.0, 5.0, 9.0], 4.0), ([1.0, 5.0], 9.0)]),
    }


def loops(tf):
    def collatz(n):
        steps = 0
        while n != 1:
            if n % 2 == 0:
                n = n // 2
            else:
                n = 3 * n + 1
            steps += 1
        return steps

    def over_rows(x):
        total = tf.zeros(2)
        for row in x:
            total = total * 0.5 + row
        return total

    def over_range(n):
        total = 0
        for i in tf.range(n):
            total += i * i
        return total

    def over_steps(first, last):
        total = 0
        for i in tf.range(first, last, 3):
            total += i
        return total

    def over_pythons_range(n):
        total = 0
        for i in range(n):
            total += i
        return total

    def backwards(n):
        total = 0
        for i in range(n, 0, -2):
            total = total * 2 + i
        return total

    def two_conditions(x, y):
        while x < 100 and y > 0:
            x = x * 2
            y = y - 1
        return x, y

    def within(x):
        while tf.reduce_sum(x) < 100:
            i = 0
            while i < 3:
                x = x * 1.5
                i += 1
        return x

    def in_a_way(n):
        if n > 0:
            while n != 1:
                n = n // 2 if n % 2 == 0 else 3 * n + 1
        return n

    def passing(x):
        while x < 100:
            twice = x * 2
            x = twice + 1
        return x

    def defined_in_a_turn(x):
        for i in tf.range(5):
            z = x * tf.cast(i, tf.float32)
        return z

    def newton(x):
        root = x
        while tf.abs(root * root - x) > 1e-3:
            root = (root + x / root) / 2
        return root

    def fibonacci(n):
        a, b = 0, 1
        for _ in tf.range(n):
            a, b = b, a + b
        return a

    def long(x):
        for _ in tf.range(200):
            if x > 1000:
                x = x / 10
            else:
                x = x * 3
        return x

    return {
        "collatz": (collatz, [(1,), (7,), (27,)]),
        "over_rows": (over_rows, [([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],)]),
        "over_range": (over_range, [(0,), (5,)]),
        "over_steps": (over_steps, [(1, 20), (5, 5)]),
        "over_pythons_range": (over_pythons_range, [(0,), (5,)]),
        "backwards": (backwards, [(7,), (0,)]),
        "two_conditions": (two_conditions, [(3, 2), (30, 9)]),
        "loop_within": (within, [([1.0, 2.0],)]),
        "in_a_way": (in_a_way, [(0,), (6,)]),
        "passing": (passing, [(3,), (200,)]),
        "defined_in_a_turn": (defined_in_a_turn, [(3.0,)]),
        "newton": (newton, [(2.0,), (49.0,)]),
        "fibonacci": (fibonacci, [(0,), (10,)]),
        "long": (long, [(2.0,)]),
    }


def logic(tf):
    def and_or_not(x, y):
        return (x > 0 and y > 0) or not x < y

    def in_a_row(x):
        return 0 < x < 5

    def one_of_two(x):
        return x * 2.0 if x > 0 else -x

    def with_python(x, flag=True):
        if flag and x > 0:
            return x
        return -x

    def by_calls(x):
        def bigger(value):
            if value > 3:
                return value * 10
            return value

        return bigger(x) + bigger(x - 1)

    def by_lambda(x):
        choose = lambda value: value if value > 0 else -value
        return choose(x) + choose(-x)

    def none_given(x, other=None):
        if other is None:
            other = x + 1
        if x > 0:
            other = other * 2
        return other

    several = [(3.0,), (-2.0,)]
    return {
        "and_or_not": (and_or_not, [(1, 2), (-1, 2), (3, -2), (-3, -2)]),
        "in_a_row": (in_a_row, [(3,), (7,), (-1,)]),
        "one_of_two": (one_of_two, several),
        "with_python": (with_python, several),
        "by_calls": (by_calls, [(4,), (3,), (1,)]),
        "by_lambda": (by_lambda, several),
        "none_given": (none_given, several),
    }


def state(tf):
    variable = tf.Variable(0.0)

    def assigned(x):
        variable.assign(1.0)
        while variable < x:
            variable.assign_add(variable)
            if variable > 5:
                variable.assign_add(0.5)
        return variable.read_value()

    def in_an_array(x):
        array = tf.TensorArray(tf.float32, size=4)
        for i in tf.range(4):
            if i % 2 == 0:
                array = array.write(i, x * tf.cast(i, tf.float32))
            else:
                array = array.write(i, -x)
        return array.stack()

    def until_found(x):
        array = tf.TensorArray(tf.int32, size=8)
        i = tf.constant(0)
        while i < 8:
            array = array.write(i, x % 7)
            x = x * 3
            i += 1
            if x > 100:
                break
        return array.stack(), i

    def recurrent(x, w):
        h = tf.zeros((2, 3))
        found = tf.TensorArray(tf.float32, size=4)
        for i in tf.range(4):
            h = tf.tanh(tf.matmul(x[:, i], w) + h)
            if i == 2:
                h = h * 0.5
            found = found.write(i, h)
        return tf.transpose(found.stack(), [1, 0, 2])

    def listed(x):
        values = []
        for i in range(3):
            values.append(x * i if x > 0 else x - i)
        return tf.stack(values)

    rows = [[[0.1, 0.2], [0.3, -0.4], [0.5, 0.6], [0.7, -0.8]]] * 2
    return {
        "assigned": (assigned, [(3.0,), (50.0,)]),
        "in_an_array": (in_an_array, [(3.0,)]),
        "until_found": (until_found, [(2,), (90,)]),
        "recurrent": (recurrent, [(rows, [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])]),
        "listed": (listed, [(2.0,), (-2.0,)]),
    }


def slopes(tf):
    def of_a_choice(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            if x > 0:
                y = x * x
            else:
                y = -3.0 * x
        return tape.gradient(y, x)

    def of_a_range(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(6):
                y = y * x if y < 100.0 else y + x
        return tape.gradient(y, x)

    def of_rows(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.constant(1.0)
            for row in x:
                if row > 0:
                    y = y * row
        return tape.gradient(y, x)

    def until(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(20):
                if y > 100.0:
                    break
                y = y * 1.5
        return tape.gradient(y, x)

    def descent(x):
        for _ in tf.range(50):
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.reduce_sum((x - 3.0) ** 2)
            x = x - 0.1 * tape.gradient(loss, x)
            if loss < 0.01:
                break
        return x

    return {
        "of_a_choice": (of_a_choice, [(3.0,), (-3.0,)]),
        "of_a_range": (of_a_range, [(3.0,), (0.5,)]),
        "of_rows": (of_rows, [([1.0, -2.0, 3.0],)]),
        "until": (until, [(3.0,), (200.0,)]),
        "descent": (descent, [([1.0, 7.0],)]),
    }
