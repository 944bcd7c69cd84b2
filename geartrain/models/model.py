"""`Model`: a layer that can be trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.errors import explain, unknown_name
from geartrain.layers import Layer
from geartrain.layers.tracking import parts_of
from geartrain.metrics import Metric
from geartrain.models.storing import SHAPES, Stored, noting_arguments
from geartrain.models.summary import print_summary
from geartrain.tensor import Tensor
from geartrain.tensor.nest import map_nest
from geartrain.training import Trainer
from geartrain.training.data import Data

# Attributes in which no layer or metric of the model's own is.
OF_TRAINING = frozenset(
    ("_compile_loss", "_compile_metrics", "_compiled_with", "_held", "_loss_tracker", "_symbols",
     "programs", "returned", "runs_in_python", SHAPES)
)  # fmt: skip


class Model(Stored, Layer, Trainer):
    """Layers, their weights, and `fit`.

    A subclass defines `call(inputs)`; layers that are attributes of it are found, and so are
    their weights. `Model(inputs, outputs)` makes one of symbolic tensors:

    >>> from geartrain import Model, layers
    >>> inputs = layers.Input((3,))
    >>> Model(inputs, layers.Dense(2)(inputs)).count_params()
    8
    """

    supports_masking = True
    takes_no_state_later = False  # an optimizer and what was compiled come later
    aside = Layer.aside | OF_TRAINING

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and not args and "inputs" in kwargs and "outputs" not in kwargs:
            raise ValueError(_outputs_message())
        if cls is Model and (args or "inputs" in kwargs):
            from geartrain.models.functional import Functional  # which is a Model

            return Functional.__new__(Functional, *args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if gives_tensors(args, kwargs) and not _is_functional(type(self)):
            become_functional(type(self))
            functional_class().__init__(self, *args, **kwargs)
            return
        if args:
            kwargs = {"name": args[0], **kwargs}
        Layer.__init__(self, **kwargs)
        Trainer.__init__(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        found = Layer.__call__(self, *args, **kwargs)
        if SHAPES not in vars(self):
            self.note_shapes(args, kwargs)
        return found

    @property
    def layers(self) -> list[Layer]:
        """The layers that the model is made of, in the order in which it got them."""
        return parts_of(self, Layer)

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(_layers_message(self))

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name, or of a place among `layers`.

        Raises:
            ValueError: there is no such layer.
        """
        if (name is None) is (index is None):
            raise ValueError(_which_message(name, index))
        layers = self.layers
        if index is not None and -len(layers) <= index < len(layers):
            return layers[index]
        names = {layer.name: layer for layer in layers}
        if name in names:
            return names[name]
        given = name if index is None else f"index={index}"
        raise ValueError(unknown_name("layer", given, names, remedy="model.get_layer({})"))

    @property
    def metrics(self) -> list[Any]:
        """The mean loss, the metrics of `compile`, and the model's and its layers' own."""
        found: list[Any] = Trainer.metrics.fget(self)  # type: ignore[attr-defined]
        return found

    def _own_metrics(self) -> list[Metric]:
        return self.held_metrics()

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None is added: what comes out has the mask that the last layer gave it."""

    def _scope(self) -> str | None:
        """A model's name stands in the paths of weights that its layers make inside of it."""
        return self.name

    def ensure_ready(self, where: str, data: Data) -> None:
        """Make the weights by computing one sample, if they are not made yet.

        A model without a `call`, as that of a game between two others, only has its own steps.
        """
        made = self.built and all(layer.built for layer in self.layers)
        if not made and type(self).call is not Layer.call:
            self(map_nest(lambda each: Tensor(each[:1]), data.x))

    def quantize(  # type: ignore[override]
        self, mode: Any = None, config: Any = None, filters: Any = None, **kwargs: Any
    ) -> None:
        """Keep the weights of the layers that can be quantized in few bits.

        Args:
            mode: "int8", "int4", "float8", or "gptq" and "awq", which need a config with texts.
            config: how: a `QuantizationConfig`; None is the mode's own.
            filters: which layers: a pattern of names, a list of them, or a function of a layer.
            **kwargs: `type_check`, of which nothing is left.

        Raises:
            ValueError: the model is not built, no such mode is known, or its config lacks what it
                needs.

        >>> from geartrain import Sequential, layers
        >>> model = Sequential([layers.Input((4,)), layers.Dense(2)])
        >>> model.quantize("int8")
        >>> model.layers[0].kernel.dtype.name
        'int8'
        """
        kwargs.pop("type_check", None)
        if kwargs:
            raise ValueError(_unknown_message(self, kwargs))
        from geartrain.models.quantizing import quantize_layers

        quantize_layers(self, mode, config, filters)
        self.forget_programs()

    def get_quantization_layer_structure(self, mode: str | None = None) -> Any:
        """Which layers "gptq" and "awq" go through, in order: for subclasses; None here.

        Args:
            mode: "gptq" or "awq".

        Returns:
            `{"pre_block_layers": [...], "sequential_blocks": [...]}`: what token numbers go
            through first, and the blocks behind, of which the layers are quantized.
        """

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",  # noqa: A002  (Keras's name)
        verbose: Any = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Write what the model computes to a file for other programs.

        Args:
            filepath: of the file.
            format: "onnx"; the others of Keras's need TensorFlow or PyTorch.
            verbose: whether to say where it is; None is True.
            input_signature: a structure of `InputSpec`s with shapes, symbolic tensors or arrays;
                None: the model's own inputs. None in a shape is any size.
            **kwargs: `opset_version`, of ONNX's operators: 18 (the default) to 23.

        Raises:
            ValueError: the model is not built, or ONNX cannot state what it computes.
            ImportError: the format is TensorFlow's.

        >>> import tempfile
        >>> from geartrain import Sequential, layers
        >>> model = Sequential([layers.Input((3,)), layers.Dense(2)])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     model.export(f"{folder}/model.onnx", format="onnx", verbose=False)
        """
        from geartrain.export import export_model  # for few models

        export_model(self, filepath, format, verbose, input_signature, **kwargs)

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[..., Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        """Print the layers, what they give, and how many parameters they have.

        Args:
            line_length: characters of a line; None: as the texts need, 80 at most.
            positions: where the columns end, as parts of the line; None: as Keras has them.
            print_fn: called with the text instead of printing it.
            expand_nested: whether the layers of models inside are shown too.
            show_trainable: whether a column says which layers train.
            layer_range: the names, or patterns, of the first and the last layer to show.

        Raises:
            ValueError: `layer_range` names no layers.
        """
        options = {
            "expand_nested": expand_nested,
            "show_trainable": show_trainable,
            "layer_range": layer_range,
        }
        print_summary(self, line_length, positions, print_fn, **options)


def gives_tensors(args: Sequence[Any], kwargs: Any) -> bool:
    """Whether arguments are symbolic inputs and outputs of a model."""
    named = {"inputs", "outputs"} & set(kwargs)
    return len(args) > 1 or len(named) > 1 or (bool(args) and "outputs" in named)


def _is_functional(cls: type) -> bool:
    return any(each.__name__ == "Functional" for each in cls.__mro__)


def functional_class() -> Any:
    """`Functional`, which is a `Model`, and so comes after this file."""
    from geartrain.models.functional import Functional

    return Functional


def become_functional(cls: type) -> None:
    """Let a subclass of `Model` that gives itself inputs and outputs be a functional model."""
    bases: list[Any] = []
    for base in cls.__bases__:
        if base is not Model and issubclass(base, Model) and not _is_functional(base):
            become_functional(base)
        bases.append(functional_class() if base is Model else base)
    cls.__bases__ = tuple(bases)


def _unknown_message(model: Model, given: dict[str, Any]) -> str:
    return explain(
        f"Unrecognized keyword arguments passed to {type(model).__name__}.quantize: {given}",
        given=", ".join(given),
        expected="mode, config, filters",
        remedy="model.quantize('int8')",
    )


def _outputs_message() -> str:
    return explain(
        "A model needs to know what comes out",
        given="inputs, and no outputs",
        expected="both: the symbolic tensors that go in, and what was made of them",
        remedy="Model(inputs=inputs, outputs=layers.Dense(10)(inputs))",
    )


def _layers_message(model: Model) -> str:
    return explain(
        f"Model '{model.name}' finds its layers itself",
        given="self.layers = ...",
        expected="another name: `layers` is the list of all of them",
        remedy="self.blocks = [...]",
    )


def _which_message(name: Any, index: Any) -> str:
    return explain(
        "get_layer takes a name or a place",
        given=f"name={name!r}, index={index!r}",
        expected="one of them",
        remedy="model.get_layer('dense'), or model.get_layer(index=0)",
    )


Model.compile = noting_arguments(Model.compile)  # type: ignore[method-assign]
