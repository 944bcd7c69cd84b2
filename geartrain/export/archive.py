"""`ExportArchive`: functions of layers and models, each exported under a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from geartrain.errors import explain
from geartrain.export.entry import checked_opset, tell, write_bytes
from geartrain.export.messages import Value
from geartrain.export.signature import input_values, values_of
from geartrain.export.tracing import onnx_bytes
from geartrain.layers import Layer
from geartrain.tensor import Variable


class Endpoint(NamedTuple):
    """A function, and what goes in."""

    function: Callable[[Any], Any]
    structure: Any
    values: list[Value]
    outputs: list[str]
    opset: int


class ExportArchive:
    """Functions of models for other programs, each an ONNX file.

    Keras writes TensorFlow's SavedModel here, which needs TensorFlow; the methods are the same.

    >>> import tempfile
    >>> from geartrain import InputSpec, Sequential, layers
    >>> model = Sequential([layers.Input((3,)), layers.Dense(2)])
    >>> archive = ExportArchive()
    >>> archive.track(model)
    >>> archive.add_endpoint("serve", model.call, [InputSpec(shape=(None, 3), dtype="float32")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     archive.write_out(folder, verbose=False)
    ...     print(*(each.name for each in Path(folder).iterdir()))
    serve.onnx
    """

    @cached_property
    def _endpoints(self) -> dict[str, Endpoint]:
        return {}

    @cached_property
    def _tracked(self) -> list[Any]:
        return []

    @cached_property
    def _collections(self) -> dict[str, list[Variable]]:
        return {}

    @property
    def variables(self) -> list[Variable]:
        """Those of what is tracked."""
        return list(dict.fromkeys(one for each in self._tracked for one in each.variables))

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those that training changes."""
        own = [one for each in self._tracked for one in each.trainable_variables]
        return list(dict.fromkeys(own))

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The others."""
        changing = set(self.trainable_variables)
        return [each for each in self.variables if each not in changing]

    def track(self, resource: Any) -> None:
        """Note a layer or a model, whose variables endpoints may read.

        Raises:
            ValueError: it is neither, or is not built.
        """
        if not isinstance(resource, Layer):
            raise ValueError(_resource_message(resource))
        if not resource.built:
            raise ValueError(_unbuilt_message(resource))
        if all(each is not resource for each in self._tracked):
            self._tracked.append(resource)

    def add_endpoint(self, name: str, fn: Any, input_signature: Any = None, **kwargs: Any) -> Any:
        """Note a function under a name.

        Args:
            name: of the endpoint, and of its file.
            fn: the function; it takes an argument for each part of the signature.
            input_signature: a list of `InputSpec`s (with shapes), symbolic tensors or arrays; None
                for a model: its own inputs.
            **kwargs: `opset_version`, of ONNX's operators.

        Raises:
            ValueError: the name is taken, or nothing says what goes in.
        """
        if name in self._endpoints:
            raise ValueError(_taken_message(name))
        opset = checked_opset(kwargs)
        outputs = list(getattr(fn, "output_names", None) or [])
        if input_signature is None:
            if not isinstance(fn, Layer):
                raise ValueError(_signature_message(name))
            structure, values = input_values(fn)
            self._endpoints[name] = Endpoint(fn, structure, values, outputs, opset)
            return
        structure, values = values_of(list(input_signature), [])
        self._endpoints[name] = Endpoint(_spreading(fn), structure, values, outputs, opset)

    def track_and_add_endpoint(
        self, name: str, resource: Any, input_signature: Any, **kwargs: Any
    ) -> None:
        """`track`, and `add_endpoint` of its call."""
        self.track(resource)
        self.add_endpoint(name, resource, input_signature, **kwargs)

    def add_variable_collection(self, name: str, variables: Sequence[Variable]) -> None:
        """Note variables under a name: they become an attribute.

        Raises:
            ValueError: they are no list of variables.
        """
        listed = isinstance(variables, list | tuple | set)
        if not listed or not all(isinstance(each, Variable) for each in variables):
            raise ValueError(_variables_message(variables))
        self._collections[name] = list(variables)
        setattr(self, name, list(variables))

    def write_out(self, filepath: Any, options: Any = None, verbose: bool = True) -> None:
        """Write an ONNX file for each endpoint.

        Args:
            filepath: a folder, for `NAME.onnx`; or, for one endpoint, a file `*.onnx`.
            options: of TensorFlow's; must be None.
            verbose: whether to say where they are.

        Raises:
            ValueError: there is nothing to write, or it cannot be stated in ONNX.
        """
        if not self._endpoints:
            raise ValueError(_nothing_message())
        if options is not None:
            raise ValueError(_options_message(options))
        path = Path(filepath)
        if path.suffix == ".onnx" and len(self._endpoints) > 1:
            raise ValueError(_file_message(path, list(self._endpoints)))
        contents = {name: onnx_bytes(*each[:3], name, *each[3:]) for name, each in self._named()}
        for name, content in contents.items():
            write_bytes(path if path.suffix == ".onnx" else path / f"{name}.onnx", content)
        if verbose:
            tell(f"Saved artifact at '{filepath}'. Endpoints: {', '.join(self._endpoints)}.")

    def _named(self) -> list[tuple[str, Endpoint]]:
        return list(self._endpoints.items())


def _spreading(function: Any) -> Callable[[Any], Any]:
    return lambda parts: function(*parts)


def _resource_message(given: Any) -> str:
    return explain(
        "Invalid resource type. Expected an instance of a Layer or a Model",
        given=f"{given!r} of type {type(given).__name__}",
        expected="a layer or a model",
        remedy="archive.track(model)",
    )


def _unbuilt_message(layer: Any) -> str:
    return explain(
        "The layer provided has not yet been built. It must be built before export",
        given=f"{type(layer).__name__} '{layer.name}', which has no weights yet",
        expected="a layer that has seen data, or a shape",
        remedy="layer.build((None, 784)) before",
    )


def _taken_message(name: str) -> str:
    return explain(
        f"Endpoint name '{name}' is already taken",
        given=f"add_endpoint({name!r}, ...)",
        expected="a name for each endpoint",
        remedy=f"add_endpoint('{name}_2', ...)",
    )


def _signature_message(name: str) -> str:
    return explain(
        f"Nothing says what goes into the endpoint '{name}'",
        given="input_signature=None, and a function that is no model",
        expected="a list with a spec for each argument",
        remedy="input_signature=[geartrain.InputSpec(shape=(None, 3), dtype='float32')]",
    )


def _variables_message(given: Any) -> str:
    return explain(
        "Expected `variables` to be a list/tuple/set of `Variable` instances",
        given=f"a {type(given).__name__}",
        expected="variables",
        remedy="add_variable_collection('weights', model.variables)",
    )


def _nothing_message() -> str:
    return explain(
        "No endpoints have been set yet. Call add_endpoint()",
        given="an archive without endpoints",
        expected="one at least",
        remedy="archive.add_endpoint('serve', model.call, [geartrain.InputSpec(shape=(None, 3))])",
    )


def _options_message(given: Any) -> str:
    return explain(
        "TensorFlow's options have no meaning for ONNX files",
        given=f"options={given!r}",
        expected="options=None",
        remedy="archive.write_out(path)",
    )


def _file_message(path: Path, names: list[str]) -> str:
    return explain(
        "An ONNX file holds one endpoint",
        given=f"{path.name}, for {', '.join(names)}",
        expected="a folder, which gets a file for each",
        remedy=f"archive.write_out('{path.with_suffix('')}')",
    )
