"""`RemoteMonitor`: sends the logs of each epoch to a server."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import warnings
from typing import Any

import numpy as np

from geartrain.callbacks.callback import Callback, Logs
from geartrain.tensor.user_line import levels_to_user

TIMEOUT_SECONDS = 10.0


class RemoteMonitor(Callback):
    """Send the logs of each epoch to a server, by HTTP POST.

    A server that cannot be reached is a warning: training goes on.

    Args:
        root: the server's address.
        path: what comes after it.
        field: the name of the form's field that holds the logs as JSON.
        headers: of the request.
        send_as_json: whether the request is JSON itself, rather than a form.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        send = {"epoch": epoch, **{key: _plain(value) for key, value in (logs or {}).items()}}
        try:
            self._post(send)
        except OSError as error:
            warnings.warn(
                f"RemoteMonitor could not reach {self.root}: {error}. Remedy: start the server, "
                "or RemoteMonitor(root='http://...')",
                stacklevel=levels_to_user(),
            )

    def _post(self, send: dict[str, Any]) -> None:
        """Send with `requests` where that is installed, as it knows proxies and certificates."""
        address = self.root + self.path
        try:
            import requests
        except ImportError:
            self._post_plainly(address, send)
            return
        if self.send_as_json:
            requests.post(address, json=send, headers=self.headers, timeout=TIMEOUT_SECONDS)
        else:
            form = {self.field: json.dumps(send)}
            requests.post(address, form, headers=self.headers, timeout=TIMEOUT_SECONDS)

    def _post_plainly(self, address: str, send: dict[str, Any]) -> None:
        headers = dict(self.headers or {})
        if self.send_as_json:
            body = json.dumps(send).encode()
            headers.setdefault("Content-Type", "application/json")
        else:
            body = urllib.parse.urlencode({self.field: json.dumps(send)}).encode()
        if not address.startswith(("http://", "https://")):
            raise urllib.error.URLError(f"not an address of the web: {address}")
        request = urllib.request.Request(address, body, headers)  # noqa: S310  (checked above)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
            pass


def _plain(value: Any) -> Any:
    """A number that JSON knows."""
    return value.item() if isinstance(value, np.ndarray | np.generic) else value
