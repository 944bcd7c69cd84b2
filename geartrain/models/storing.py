"""`Stored`: what a model can do with configs and files; a part of `Model`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from geartrain import saving
from geartrain.errors import explain
from geartrain.serialization import deserialize_keras_object, serialize_keras_object, within

FUNCTIONAL = {"layers", "input_layers", "output_layers"}


class Stored:
    """Writes a model to a config or a file, and makes it of one."""

    compiled: bool
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

    # -- compiling -------------------------------------------------------------------------------

    def get_compile_config(self) -> dict[str, Any]:
        """What `compile` was called with; empty before it was."""
        if not self.compiled:
            return {}
        given = {**vars(self).get("_compiled_with", {})}
        given.pop("auto_scale_loss", None)
        return {name: serialize_keras_object(each) for name, each in given.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as a config says, and give the optimizer its state for the weights."""
        if not config:
            return
        known = inspect.signature(type(self).compile).parameters  # type: ignore[attr-defined]
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
        """Write the weights, and the optimizer's state, to a file that ends in `.weights.h5`."""
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


def _config_message(cls: Any, config: dict[str, Any], error: TypeError) -> str:
    return explain(
        f"{cls.__name__} cannot be made of this config",
        given=f"{config!r}"[:1000] + f"\n{error}",
        expected="what __init__ takes; get_config() of a model of your own says it",
        remedy="def get_config(self): return {**super().get_config(), 'units': self.units}",
    )
