"""What every optimizer has: building, state, the learning rate, clipping, configs, bad input."""

import json
import pickle
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from geartrain import Variable, constraints, jit, layers, models, ops, optimizers
from geartrain.optimizers import SGD, Adam, AdamW, LossScaleOptimizer, schedules

CLASSES = sorted(optimizers.NAMES)


def pair():
    kernel = Variable(np.array([[1.0, 2.0], [3.0, 4.0]], "float32"), name="kernel")
    return [kernel, Variable(np.array([0.5, -0.5], "float32"), name="bias")]


def slopes():
    return [np.ones((2, 2), "float32"), np.ones(2, "float32")]


def built(optimizer):
    variables = pair()
    optimizer.build(variables)
    return optimizer, variables


# -- building and state ------------------------------------------------------------------------


def test_building_twice_makes_state_once():
    optimizer, variables = built(Adam())
    before = optimizer.variables
    optimizer.build(variables)
    assert [id(each) for each in optimizer.variables] == [id(each) for each in before]


def test_names_are_numbered():
    first, second = SGD(), SGD()
    assert re.fullmatch(r"sgd(_\d+)?", first.name)
    assert first.name != second.name
    assert re.fullmatch(r"rm_sprop(_\d+)?", optimizers.RMSprop().name)
    assert SGD(name="mine").variables[0].path == "mine/iteration"


def test_state_is_in_the_dtype_of_its_variable():
    for dtype in ("float16", "bfloat16", "float64"):
        variable = Variable(np.ones(2), dtype=dtype, name="w")
        optimizer = Adam(0.1)
        optimizer.apply([np.ones(2, "float32")], [variable])
        assert [each.dtype.name for each in optimizer.variables[2:]] == [dtype, dtype]
        assert optimizer.learning_rate.dtype.name == "float32"
        if dtype != "bfloat16":  # in which beta_2 is 1, in Keras too
            np.testing.assert_allclose(np.asarray(variable.numpy(), "float64"), 0.9, atol=5e-3)


def test_set_weights():
    optimizer, _ = built(SGD(momentum=0.9))
    given = [np.full(each.shape, 3, each.dtype) for each in optimizer.variables]
    optimizer.set_weights(given)
    assert all((each.numpy() == 3).all() for each in optimizer.variables)
    with pytest.raises(ValueError, match="cannot take these weights"):
        optimizer.set_weights(given[:2])
    with pytest.raises(ValueError, match="has been built"):
        SGD().set_weights([1, 0.1])


def test_own_variables_are_saved_under_numbers():
    optimizer, variables = built(Adam(0.1))
    optimizer.apply(slopes(), variables)
    store = {}
    optimizer.save_own_variables(store)
    assert list(store) == ["0", "1", "2", "3", "4", "5"]
    other, _ = built(Adam(0.7))
    other.load_own_variables(store)
    for one, two in zip(optimizer.variables, other.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), two.numpy())


def test_state_of_another_optimizer_is_skipped_with_a_warning():
    optimizer, _ = built(SGD(0.1))
    with pytest.warns(UserWarning, match="was not loaded"):
        optimizer.load_own_variables({"0": 5})
    assert int(optimizer.iterations.numpy()) == 0


def test_variables_that_a_subclass_adds():
    optimizer, (kernel, bias) = built(SGD(name="mine"))
    added = optimizer.add_variable_from_reference(kernel, "first", "ones")
    assert (added.path, added.name, added.trainable) == ("mine/kernel_first", "kernel_first", False)
    np.testing.assert_array_equal(added.numpy(), np.ones((2, 2)))
    assert optimizer.add_variable_from_reference(bias).name == "bias_var"
    first, second = optimizer.add_optimizer_variables([kernel, bias], ["a", "b"], ["ones", "zeros"])
    assert [each.name for each in (*first, *second)] == ["kernel_a", "bias_a", "kernel_b", "bias_b"]
    assert [each.name for each in optimizer.variables[-4:]] == [
        "kernel_a",
        "kernel_b",
        "bias_a",
        "bias_b",
    ]
    with pytest.raises(ValueError, match="number of provided names"):
        optimizer.add_optimizer_variables([kernel], ["a", "b"], ["ones"])


def test_paths_of_layers_are_in_the_names():
    variable = Variable(1.0, name="kernel")
    variable.path = "encoder/dense/kernel"
    optimizer = SGD(momentum=0.5, name="mine")
    optimizer.build([variable])
    assert optimizer.variables[2].path == "mine/encoder_dense_kernel_momentum"


class Halving(optimizers.Optimizer):
    """A user's own: state for each variable, one of its own, and assign methods."""

    def __init__(self, learning_rate=0.5, name="halving", **kwargs):
        super().__init__(learning_rate, name=name, **kwargs)
        self.seen = Variable(0.0, trainable=False, name="seen")

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.last = [self.add_variable_from_reference(v, "last") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        last = self.last[self._get_variable_index(variable)]
        self.assign_sub(variable, learning_rate * (gradient + last))
        self.assign(last, gradient)
        self.assign_add(self.seen, 1.0)


def test_a_subclass_of_the_users_own():
    optimizer, variables = built(Halving())
    for _ in range(2):
        optimizer.apply_gradients(zip(slopes(), variables, strict=True))
    np.testing.assert_allclose(variables[1].numpy(), [-1.0, -2.0])
    assert float(optimizer.seen.numpy()) == 4
    assert [each.name for each in optimizer.variables] == [
        "iteration",
        "learning_rate",
        "seen",
        "kernel_last",
        "bias_last",
    ]
    with pytest.raises(NotImplementedError, match="update_step"):
        built(optimizers.Optimizer(0.1))[0].apply(slopes())


# -- a step --------------------------------------------------------------------------------------


def test_apply_gradients_gives_the_count_of_steps():
    optimizer, variables = SGD(0.1), pair()
    counted = optimizer.apply_gradients(zip(slopes(), variables, strict=True))
    assert int(counted.numpy()) == 1 == int(optimizer.iterations.numpy())


def test_gradients_may_be_of_part_of_the_variables_in_any_order():
    optimizer, (kernel, bias) = built(SGD(1.0))
    optimizer.apply([slopes()[1]], [bias])
    np.testing.assert_array_equal(kernel.numpy(), [[1, 2], [3, 4]])
    optimizer.apply(slopes()[::-1], [bias, kernel])
    np.testing.assert_array_equal(bias.numpy(), [-1.5, -2.5])
    np.testing.assert_array_equal(kernel.numpy(), [[0, 1], [2, 3]])


def test_a_variable_without_gradient_stays_and_is_named():
    optimizer, (kernel, bias) = built(SGD(1.0))
    with pytest.warns(UserWarning, match="Gradients do not exist(.|\n)*None for bias"):
        optimizer.apply([slopes()[0], None], [kernel, bias])
    np.testing.assert_array_equal(bias.numpy(), [0.5, -0.5])
    assert optimizer.apply([], []) is None
    assert int(optimizer.iterations.numpy()) == 1


def test_bad_steps():
    optimizer, variables = SGD(0.1), pair()
    with pytest.raises(ValueError, match="needs variables"):
        optimizer.apply(slopes())
    with pytest.raises(ValueError, match="given nothing"):
        optimizer.apply_gradients([])
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply([None, None], variables)
    optimizer.build(variables)
    with pytest.raises(ValueError, match="do not pair"):
        optimizer.apply(slopes()[:1])
    with pytest.raises(ValueError, match="Unknown variable"):
        optimizer.apply(slopes(), pair())
    with pytest.raises(ValueError, match="needs variables"):
        SGD().stateless_apply([], slopes(), variables)
    values = [each.value for each in optimizer.variables]
    with pytest.raises(ValueError, match="1:1"):
        optimizer.stateless_apply(values[:1], slopes(), [each.value for each in variables])


def test_stateless_apply_changes_nothing():
    optimizer, variables = built(SGD(1.0, momentum=0.5))
    values = [each.value for each in variables]
    own = [each.value for each in optimizer.variables]
    trained, after = optimizer.stateless_apply(own, slopes(), values)
    np.testing.assert_array_equal(trained[1].numpy(), [-0.5, -1.5])
    assert [int(after[0].numpy()), int(optimizer.iterations.numpy())] == [1, 0]
    np.testing.assert_array_equal(variables[1].numpy(), [0.5, -0.5])


def test_constraints_of_variables_hold_after_a_step():
    variable = Variable(np.array([1.0, 0.05], "float32"))
    variable.constraint = constraints.NonNeg()
    SGD(0.1).apply([np.ones(2, "float32")], [variable])
    np.testing.assert_allclose(variable.numpy(), [0.9, 0.0], atol=1e-7)


# -- clipping, decay, means, scales ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"clipnorm": 1}, [[0.6, 0.8], [1.0]]),
        ({"clipvalue": 1}, [[1.0, 1.0], [1.0]]),
        ({"global_clipnorm": 1}, [[3 / 13, 4 / 13], [12 / 13]]),
        ({"global_clipnorm": 100.0}, [[3.0, 4.0], [12.0]]),
        ({"clipnorm": 0.0}, [[3.0, 4.0], [12.0]]),
    ],
)
def test_gradients_are_clipped(arguments, expected):
    optimizer = SGD(**arguments)
    given = [np.array([3.0, 4.0], "float32"), None, np.array([12.0], "float32")]
    first, none, second = optimizer._clip_gradients(given)
    assert none is None
    np.testing.assert_allclose(first, expected[0], rtol=1e-6)
    np.testing.assert_allclose(second, expected[1], rtol=1e-6)


def test_clipping_keeps_zero_and_shows_what_is_not_finite():
    zeros, infinite = np.zeros(2, "float32"), np.array([np.inf, 1.0], "float32")
    for arguments in ({"clipnorm": 1.0}, {"global_clipnorm": 1.0}):
        np.testing.assert_array_equal(SGD(**arguments)._clip_gradients([zeros])[0], zeros)
        found = SGD(**arguments)._clip_gradients([infinite, zeros])
        assert np.isnan(found[0].numpy()[0])
    assert np.isnan(found[1].numpy()).all()  # the length of all together is not finite


def test_decay_leaves_out_what_is_excluded():
    first, second, third = (Variable(2.0, name=name) for name in ("a", "exclude", "c"))
    optimizer = SGD(1.0, weight_decay=0.004)
    optimizer.exclude_from_weight_decay(var_list=[third], var_names=["excl"])
    optimizer.apply([0.0, 0.0, 0.0], [first, second, third])
    found = [float(each.numpy()) for each in (first, second, third)]
    np.testing.assert_allclose(found, [1.992, 2.0, 2.0], rtol=1e-6)


def test_the_mean_of_the_weights_is_taken_at_the_end():
    variable = Variable(np.zeros(1, "float32"))
    optimizer = SGD(1.0, use_ema=True, ema_momentum=0.5)
    for _ in range(3):
        optimizer.apply([np.ones(1, "float32")], [variable])
    np.testing.assert_array_equal(variable.numpy(), [-3])
    optimizer.finalize_variable_values([variable])
    np.testing.assert_array_equal(variable.numpy(), [-2.25])
    with pytest.raises(ValueError, match="means of the weights"):
        optimizer.finalize_variable_values([variable, variable])
    plain, variables = built(SGD())
    plain.finalize_variable_values(variables)
    np.testing.assert_array_equal(variables[1].numpy(), [0.5, -0.5])


def test_gathered_gradients():
    optimizer, (_, bias) = built(SGD(1.0, gradient_accumulation_steps=2))
    optimizer.apply(slopes())
    np.testing.assert_array_equal(bias.numpy(), [0.5, -0.5])
    np.testing.assert_array_equal(optimizer._accumulated_gradients[1].numpy(), [1, 1])
    assert [int(each) for each in (optimizer.iterations, optimizer._iterations.numpy())] == [0, 1]
    optimizer.apply([3 * each for each in slopes()])
    np.testing.assert_array_equal(bias.numpy(), [-1.5, -2.5])
    np.testing.assert_array_equal(optimizer._accumulated_gradients[1].numpy(), [0, 0])
    assert [int(each) for each in (optimizer.iterations, optimizer._iterations.numpy())] == [1, 2]


def test_the_scale_of_the_loss():
    assert SGD().scale_loss(3.0) == 3.0
    assert SGD(loss_scale_factor=4.0).scale_loss(3.0) == 12.0
    variable = Variable(1.0)
    optimizer = LossScaleOptimizer(SGD(0.5), initial_scale=4.0, dynamic_growth_steps=2)
    assert float(optimizer.scale_loss(1.0)) == 4.0
    scales = []
    for gradient in (4.0, 4.0, np.inf, 8.0, np.nan):
        optimizer.apply([np.float32(gradient)], [variable])
        scales.append(float(optimizer.dynamic_scale.numpy()))
    assert scales == [4.0, 8.0, 4.0, 4.0, 2.0]
    assert float(variable.numpy()) == -1.0
    assert int(optimizer.iterations.numpy()) == 3
    optimizer.learning_rate = 0.25
    assert float(optimizer.inner_optimizer.learning_rate.numpy()) == 0.25


def test_a_scale_and_its_arguments():
    with pytest.raises(ValueError, match="does not support `clipnorm`"):
        LossScaleOptimizer(SGD(), clipnorm=1.0)
    with pytest.raises(ValueError, match="no optimizer of this name"):
        LossScaleOptimizer("sgdd")
    assert isinstance(LossScaleOptimizer("adam").inner_optimizer, Adam)
    optimizer, _ = built(LossScaleOptimizer(SGD(momentum=0.5, name="in"), name="out"))
    assert [each.path for each in optimizer.variables] == [
        "out/iteration",
        "out/learning_rate",
        "out/step_counter",
        "out/dynamic_scale",
        "in/iteration",
        "in/learning_rate",
        "in/kernel_momentum",
        "in/bias_momentum",
    ]


# -- several optimizers ------------------------------------------------------------------------


def test_a_table_of_optimizers():
    default, first = SGD(), Adam()
    table = optimizers.OptimizerMap(default, {"enc/.*": first})
    assert table["enc/kernel"] is table["enc/.*"] is first
    assert table["my/enc/kernel"] is table.default_optimizer is default
    assert (len(table), list(table)) == (1, ["enc/.*"])
    with pytest.raises(ValueError, match="already exists"):
        table["enc/.*"] = SGD()
    with pytest.raises(ValueError, match="regular expressions"):
        table[3] = SGD()
    with pytest.raises(ValueError, match="holds optimizers"):
        table["dec"] = 3
    with pytest.raises(TypeError, match="holds optimizers"):
        optimizers.OptimizerMap(None)
    del table["enc/.*"]
    assert table["enc/kernel"] is default
    again = optimizers.OptimizerMap.from_config(
        optimizers.OptimizerMap(default, {"a": first}).get_config()
    )
    assert isinstance(again["a"], Adam)


def test_several_optimizers():
    several = optimizers.MultiOptimizer(lambda v: SGD(0.1) if v.name == "bias" else Adam(0.1))
    several, variables = built(several)
    assert [type(each) for each in several.optimizers] == [Adam, SGD]
    several.apply(slopes())
    np.testing.assert_allclose(variables[0].numpy(), [[0.9, 1.9], [2.9, 3.9]], rtol=1e-5)
    np.testing.assert_allclose(variables[1].numpy(), [0.4, -0.6], rtol=1e-6)
    with pytest.raises(AttributeError, match="cannot be accessed or set"):
        several.learning_rate  # noqa: B018
    with pytest.raises(AttributeError, match="cannot be accessed or set"):
        several.learning_rate = 0.1
    assert int(several.iterations.numpy()) == 1


# -- the learning rate ---------------------------------------------------------------------------


def test_the_learning_rate_can_be_set():
    optimizer = SGD(0.1)
    optimizer.learning_rate = 0.3
    assert float(optimizer.learning_rate.numpy()) == np.float32(0.3)
    optimizer.learning_rate = schedules.ExponentialDecay(0.5, 10, 0.5)
    assert float(optimizer.learning_rate) == 0.5
    assert [each.name for each in optimizer.variables] == ["iteration"]
    with pytest.raises(TypeError, match="not settable"):
        optimizer.learning_rate = 0.1
    optimizer.learning_rate = lambda: 0.25
    assert optimizer.learning_rate == 0.25
    optimizer = SGD(0.1)
    rate = Variable(0.7, name="rate")
    optimizer.learning_rate = rate
    assert optimizer.learning_rate is rate


def test_a_step_is_compiled_anew_for_a_rate_of_another_kind():
    model = models.Sequential([layers.Dense(1, use_bias=False, input_shape=(1,))])
    model.compile(optimizer=SGD(0.0), loss="mse")
    x, y = np.ones((4, 1), "float32"), np.zeros((4, 1), "float32")
    model.set_weights([np.ones((1, 1))])
    model.fit(x, y, verbose=0)
    assert float(model.get_weights()[0][0, 0]) == 1.0
    model.optimizer.learning_rate = schedules.PiecewiseConstantDecay([100], [0.25, 0.5])
    model.fit(x, y, verbose=0)
    assert float(model.get_weights()[0][0, 0]) == 0.5


def test_a_schedule_follows_the_steps():
    optimizer, variables = built(SGD(schedules.PiecewiseConstantDecay([0, 1], [1.0, 0.5, 0.25])))
    for expected in ([-0.5, -1.5], [-1.0, -2.0], [-1.25, -2.25]):
        optimizer.apply(slopes())
        np.testing.assert_array_equal(variables[1].numpy(), expected)


@pytest.mark.parametrize("rate", ["fast", None, [0.1], SGD])
def test_bad_learning_rates(rate):
    with pytest.raises(ValueError, match="cannot use this learning rate"):
        SGD(rate)


def test_the_old_name_of_the_learning_rate():
    assert float(SGD(lr=0.25).learning_rate.numpy()) == 0.25
    with pytest.warns(UserWarning, match="`decay` is no longer"):
        SGD(decay=0.1)
    with pytest.raises(ValueError, match="not recognized"):
        SGD(rate=0.1)


# -- arguments and configs -------------------------------------------------------------------------

BAD = {
    "two clips": lambda: SGD(clipnorm=1.0, clipvalue=1.0),
    "mean": lambda: SGD(use_ema=True, ema_momentum=2.0),
    "frequency": lambda: SGD(use_ema=True, ema_overwrite_frequency=1.5),
    "one step": lambda: SGD(gradient_accumulation_steps=1),
    "half steps": lambda: SGD(gradient_accumulation_steps=2.5),
    "name": lambda: SGD(name="a/b"),
    "name's type": lambda: SGD(name=3),
    "momentum": lambda: SGD(momentum=2.0),
    "momentum's type": lambda: SGD(momentum="a"),
    "no decay": lambda: AdamW(weight_decay=None),
    "sign": lambda: optimizers.Lion(beta_1=0.0),
    "sum": lambda: optimizers.Ftrl(initial_accumulator_value=-1.0),
    "power": lambda: optimizers.Ftrl(learning_rate_power=1.0),
    "l1": lambda: optimizers.Ftrl(l1_regularization_strength=-1.0),
    "l2": lambda: optimizers.Ftrl(l2_regularization_strength=-1.0),
    "shrinkage": lambda: optimizers.Ftrl(l2_shrinkage_regularization_strength=-1.0),
    "steps": lambda: schedules.ExponentialDecay(0.1, 0, 0.5),
    "restarts": lambda: schedules.CosineDecayRestarts(0.1, -1),
    "pieces": lambda: schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_arguments(name):
    with pytest.raises(ValueError, match=r"given: (.|\n)*expected: (.|\n)*remedy: "):
        BAD[name]()


@pytest.mark.parametrize("name", CLASSES)
def test_round_trips(name):
    optimizer = optimizers.get(name)
    config = optimizer.get_config()
    assert type(optimizer).from_config(config).get_config() == config
    written = optimizers.serialize(optimizer)
    assert (written["module"], written["class_name"]) == (
        "keras.optimizers",
        type(optimizer).__name__,
    )
    again = optimizers.deserialize(written)
    assert (type(again), again.get_config()) == (type(optimizer), config)
    assert isinstance(optimizers.get(written), type(optimizer))


def test_round_trips_of_what_holds_others():
    held = [
        SGD(schedules.CosineDecay(0.1, 10, warmup_target=0.3, warmup_steps=2)),
        LossScaleOptimizer(AdamW(0.1, clipnorm=1.0), initial_scale=8.0),
        optimizers.MultiOptimizer(optimizers.OptimizerMap(SGD(), {"a": Adam()})),
    ]
    for optimizer in held:
        again = optimizers.deserialize(json.loads(json.dumps(optimizers.serialize(optimizer))))
        assert type(again) is type(optimizer)
        assert again.get_config() == optimizer.get_config()
        again, variables = built(again)
        again.apply(slopes(), variables)


def test_names():
    for given in ("adam", "Adam", "ADAM", Adam, {"class_name": "adam", "config": {}}):
        assert isinstance(optimizers.get(given), Adam)
    assert optimizers.get(None) is None
    optimizer = SGD()
    assert optimizers.get(optimizer) is optimizer
    for bad in ("adamm", 3, object()):
        with pytest.raises(ValueError, match="no optimizer of this name"):
            optimizers.get(bad)


def test_custom_classes_in_configs():
    config = optimizers.serialize(Halving(0.25))
    again = optimizers.deserialize(config, custom_objects={"Halving": Halving})
    assert isinstance(again, Halving)
    assert float(again.learning_rate.numpy()) == 0.25


@pytest.mark.parametrize("schedule", schedules.CLASSES)
def test_schedules_round_trip(schedule):
    given = {
        "PiecewiseConstantDecay": ([3, 6], [1.0, 0.5, 0.1]),
        "ExponentialDecay": (0.1, 10, 0.5, True),
        "InverseTimeDecay": (0.1, 10, 0.5, True),
    }.get(schedule, (0.1, 10))
    made = schedules.CLASSES[schedule](*given)
    again = schedules.deserialize(schedules.serialize(made))
    assert again.get_config() == made.get_config()
    assert float(again(7)) == float(made(7))


def test_a_schedule_of_the_users_own_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="__call__"):
        schedules.LearningRateSchedule()(3)
    with pytest.raises(NotImplementedError, match="get_config"):
        schedules.LearningRateSchedule().get_config()


def test_schedules_take_variables_and_give_tensors():
    step = Variable(np.int32(4))
    for schedule in (schedules.ExponentialDecay(0.1, 4, 0.5), schedules.CosineDecay(0.1, 8)):
        assert ops.convert_to_tensor(schedule(step)).dtype.name == "float32"
        np.testing.assert_allclose(float(schedule(step)), 0.05, rtol=1e-6)
    assert schedules.PiecewiseConstantDecay([3, 6], [1, 2, 3])(4).dtype.name == "int32"


def test_the_optimizers_of_keras_2_are_gone():
    with pytest.raises(ImportError, match="are gone"):
        optimizers.legacy.Adam()


@pytest.mark.parametrize("name", ["sgd", "adam", "nadam", "adafactor", "ftrl"])
def test_optimizers_can_be_pickled(name):
    optimizer, variables = built(optimizers.get(name))
    optimizer.apply(slopes(), variables)
    again, copies = pickle.loads(pickle.dumps((optimizer, variables)))
    assert again.get_config() == optimizer.get_config()
    for each, own in ((optimizer, variables), (again, copies)):
        jit(lambda *gradients, each=each, own=own: each.apply(gradients, own))(*slopes())
    for one, two in zip(variables, copies, strict=True):
        np.testing.assert_array_equal(one.numpy(), two.numpy())


def test_nothing_is_warned_of_in_a_plain_step():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in CLASSES:
            optimizer, variables = built(optimizers.get(name))
            optimizer.apply(slopes(), variables)


def test_the_listing_of_the_page_on_optimizers():
    page = (Path(__file__).parents[2] / "docs/optimizers.md").read_text(encoding="utf-8")
    names = {}
    exec(page.split("```python\n")[1].split("```")[0], names)
    optimizer, variables = built(names["SignDescent"](0.5))
    optimizer.apply(slopes())
    np.testing.assert_array_equal(variables[1].numpy(), [0.0, -1.0])
    assert optimizer.get_config()["keep"] == 0.9
