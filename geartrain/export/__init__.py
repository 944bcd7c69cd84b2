"""Models for other programs: ONNX files, which many runtimes read.

    model.export("model.onnx", format="onnx")

The call of the model is traced, with a symbol for the size of the batch; each primitive of the
graph becomes a few ONNX nodes. Start reading at `program.py`; `statements/` has the primitives,
`messages.py` the file.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.export.archive import ExportArchive
    from geartrain.export.entry import export_model

__all__ = ["ExportArchive", "export_model"]
