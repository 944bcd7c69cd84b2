"""`Stored`: what a model can do with configs and files; a part of `Model`."""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from geartrain import saving
from geartrain.errors import explain
from geartrain.layers.shapes import map_shapes
from geartrain.models.state_tree import set_state, state_tree
from geartrain.serialization import deserialize_keras_object, serialize_keras_object, within
from geartrain.symbolic import KerasTensor
from geartrain.symbolic.operation import signature_of
from geartrain.tensor import Dim
from geartrain.tensor.nest import flatten, map_nest

SHAPES = "_first_shapes"  # the attribute that keeps them
FUNCTIONAL = {"layers", "input_layers", "output_layers"}


class Stored:
    """Writes a model to a config or a file, and makes it of one."""

    compiled: bool
    built: bool
    name: str

    # -- configs ---------------------------------------------------------------------------------

    def to_json(self, **kwargs: Any) -> str:
        """The model's config as text: layers and how they are joined, without numbers.

        Args:
            **kwargs: those of `json.dumps`.

        >>> from geartrain import Sequential, layers, models
        >>> model = Sequential([layers.Input((3,)), layers.Dense(2)])
        >>> models.model_from_json(model.to_json()).count_params()
        8
        """
        return json.dumps(serialize_keras_object(self), **kwargs)

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """The values of all variables, by kind and the parts of their paths.

        Args:
            value_format: "backend_tensor" for tensors, "numpy_array" for arrays.

        >>> from geartrain import Sequential, layers
        >>> model = Sequential([layers.Input((3,)), layers.Dense(2, name="out")], name="small")
        >>> model.get_state_tree()["trainable_variables"]["small"]["out"]["bias"].tolist()
        [0.0, 0.0]
        """
        return state_tree(self, value_format)

    def set_state_tree(self, state_tree: Mapping[str, Any]) -> None:
        """Give variables the values of such a tree; those that it does not name stay.

        Raises:
            ValueError: it names something that the model does not have.
        """
        set_state(self, state_tree)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None
    ) -> Any:
        """A model of what `get_config` gave; its weights are new.

        Args:
            config: the dict.
            custom_objects: your own classes and functions by name.

        Raises:
            TypeError: the class's `__init__` does not take what is in the config.
        """
        if set(config) >= FUNCTIONAL and takes_tensors(cls):
            return _functional(cls, config, custom_objects)
        try:
            with within(custom_objects):
                return cls(**config)
        except TypeError as error:
            raise TypeError(_config_message(cls, config, error)) from error

    # -- building --------------------------------------------------------------------------------

    def note_shapes(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Keep the shapes that the model was first called with, to build it so again."""
        signature = signature_of(type(self).call)  # type: ignore[attr-defined]
        if "training" not in signature.parameters:
            kwargs = {name: each for name, each in kwargs.items() if name != "training"}
        tensors = dict(list(signature.bind(self, *args, **kwargs).arguments.items())[1:])
        shapes = {name: known_shapes(each) for name, each in tensors.items() if _is_tensors(each)}
        vars(self)[SHAPES] = shapes

    def build(self, input_shape: Any) -> None:
        """Make the weights: call the model on symbolic tensors of this shape, or nest of shapes."""
        if self.built:
            return
        self.built = type(self).build is not Stored.build  # its own `build`, which asks for this
        try:
            self(_symbols(input_shape))  # type: ignore[operator]
        except BaseException:
            self.built = False
            raise

    def ensure_built(self, *args: Any, **kwargs: Any) -> None:
        """Make the weights, once; where `build` is not the model's own, the call makes them."""
        if type(self).build is Stored.build:
            self.built = True
        else:
            super().ensure_built(*args, **kwargs)  # type: ignore[misc]

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that the model was built for, or first called with."""
        own: dict[str, Any] | None = None
        if type(self).build is not Stored.build:
            own = super().get_build_config()  # type: ignore[misc]
        shapes = vars(self).get(SHAPES)
        if own is not None or not shapes:
            return own
        found = {"input_shape": next(iter(shapes.values()))}
        if len(shapes) > 1:
            found["shapes_dict"] = {f"{name}_shape": each for name, each in shapes.items()}
        return found

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Make the weights, for the shapes of `get_build_config`.

        A model without `build` is called on symbolic tensors of these shapes.
        """
        shape, shapes = config.get("input_shape"), config.get("shapes_dict")
        if self.built or type(self).build is not Stored.build:
            if not self.built:
                super().build_from_config(config)  # type: ignore[misc]
            return
        named = {
            name.removesuffix("_shape"): _symbols(each) for name, each in (shapes or {}).items()
        }
        alone = () if named or shape is None else (_symbols(shape),)
        try:
            if named or alone:
                self(*alone, **named)  # type: ignore[operator]
        except (TypeError, ValueError) as error:
            warnings.warn(_building_message(self, error), stacklevel=3)

    # -- compiling -------------------------------------------------------------------------------

    def get_compile_config(self) -> dict[str, Any]:
        """What `compile` was called with; empty before it was."""
        if not self.compiled:
            return {}
        given = {**vars(self).get("_compiled_with", {})}
        given.pop("auto_scale_loss", None)
        return {name: serialize_keras_object(each) for name, each in given.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as a config says, and give the optimizer its state for the weights.

        A `compile` of the user's own takes what nobody else knows: it is left to the user.
        """
        if not config:
            return
        own = type(self).compile  # type: ignore[attr-defined]
        if not own.__module__.startswith("geartrain."):
            warnings.warn(_compiling_message(self), stacklevel=3)
            return
        known = inspect.signature(own).parameters
        found = deserialize_keras_object(dict(config))
        wanted = {name: each for name, each in found.items() if name in known}
        self.compile(**wanted)  # type: ignore[attr-defined]
        optimizer = getattr(self, "optimizer", None)
        if optimizer is not None and getattr(self, "built", False):
            optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]

    # -- files -----------------------------------------------------------------------------------

    def save(
        self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
    ) -> None:
        """Write the model to a file: layers, weights, how it was compiled, the optimizer's state.

        Args:
            filepath: ends in `.keras`, or in `.h5` for the older form.
            overwrite: whether a file that is there is replaced without asking.
            zipped: whether it is one file; False writes a folder.
            **kwargs: `include_optimizer=False` leaves the optimizer's state out.

        Raises:
            ValueError: the path ends in something else.
        """
        saving.save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(
        self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None
    ) -> None:
        """Write the weights, and the optimizer's state, to a file that ends in `.weights.h5`.

        Args:
            filepath: the file; with `max_shard_size`, one that ends in `.weights.json`.
            overwrite: whether a file that is there is replaced without asking.
            max_shard_size: gigabytes of a file; more goes into further files beside it.

        Raises:
            ValueError: the path ends in something else, or an array is larger than a file.
        """
        saving.save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Give the weights the numbers of a file: `.weights.h5`, `.keras`, or an older `.h5`.

        Args:
            filepath: the file.
            skip_mismatch: whether layers that the file does not fit are left as they are.
            **kwargs: `by_name=True`, for older files: layers are found by their names.

        Raises:
            ValueError: a layer does not fit; no weight is changed then.
        """
        saving.load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)


def _compiling_message(model: Any) -> str:
    return explain(
        f"{type(model).__name__} '{model.name}' was read without being compiled",
        given=f"`compile` of {type(model).__name__}, with arguments of its own",
        expected="get_compile_config() and compile_from_config(config) beside it",
        remedy="model.compile(...) after the reading",
    )


def known_shapes(nest: Any) -> Any:
    """The shapes of a nest of tensors and arrays, with None for what is not known."""
    return map_nest(lambda x: tuple(None if isinstance(n, Dim) else n for n in x.shape), nest)


def _is_tensors(value: Any) -> bool:
    """Whether this is a tensor, an array, or a nest of them."""
    leaves = flatten(value)
    return bool(leaves) and all(hasattr(each, "shape") for each in leaves)


def _symbols(shapes: Any) -> Any:
    """Symbolic tensors of a nest of shapes."""
    return map_shapes(KerasTensor, shapes)


def noting_arguments(compile_: Callable[..., None]) -> Callable[..., None]:
    """A `compile` whose arguments are kept, for `get_compile_config`."""
    signature = inspect.signature(compile_)

    @wraps(compile_)
    def compile(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: A001  (Keras's name)
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        compile_(self, *args, **kwargs)
        arguments = dict(list(bound.arguments.items())[1:])
        self._compiled_with = {**arguments, "optimizer": getattr(self, "optimizer", None)}

    return compile


def takes_tensors(cls: Any) -> bool:
    """Whether a class of models is made of symbolic tensors: `cls(inputs, outputs)`."""
    names = inspect.signature(cls.__init__).parameters
    return cls.__name__ == "Model" or {"inputs", "outputs"} <= set(names)


def _functional(cls: Any, config: dict[str, Any], custom_objects: Any) -> Any:
    from geartrain.models.functional_reading import functional_parts

    inputs, outputs = functional_parts(config, custom_objects)
    beside = {name: each for name, each in config.items() if name not in FUNCTIONAL}
    return cls(inputs, outputs, **beside)


def _building_message(model: Any, error: Exception) -> str:
    return explain(
        f"{type(model).__name__} '{model.name}' cannot be built from the shapes in its config",
        given=str(error),
        expected="a call() that takes one tensor of the first shape, or a build_from_config()",
        remedy="def build_from_config(self, config): self(layers.Input(...), layers.Input(...))",
    )


def _config_message(cls: Any, config: dict[str, Any], error: TypeError) -> str:
    return explain(
        f"{cls.__name__} cannot be made of this config",
        given=f"{config!r}"[:1000] + f"\n{error}",
        expected="what __init__ takes; get_config() of a model of your own says it",
        remedy="def get_config(self): return {**super().get_config(), 'units': self.units}",
    )
