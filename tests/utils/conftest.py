"""A web server of the tests' own; each path of it misbehaves in its own way."""

import http.server
import threading

import pytest

CONTENT = bytes(range(256)) * 4000


class Handler(http.server.BaseHTTPRequestHandler):
    """`/whole` is as it should be; the names of the others say what is wrong with them."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        if self.path == "/missing":
            self.send_error(404)
        elif self.path == "/moved":
            self.answer(302, b"", Location="/whole")
        elif self.path == "/wrong":
            self.answer(200, b"x" * len(CONTENT))
        elif self.path == "/breaks":
            self.answer(200, CONTENT[: len(CONTENT) // 3], length=len(CONTENT))
        elif self.path == "/garbled":
            self.wfile.write(b"no HTTP at all\r\n\r\n")
        elif self.headers.get("Range") and self.path != "/norange":
            self.answer_range(int(self.headers["Range"].removeprefix("bytes=").rstrip("-")))
        else:
            self.answer(200, CONTENT)

    def answer_range(self, start):
        if start >= len(CONTENT):
            self.send_error(416)
            return
        start -= self.path == "/elsewhere"
        span = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
        self.answer(206, CONTENT[start:], **{"Content-Range": span})

    def answer(self, code, body, *, length=None, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what some tests are about


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        running.content = CONTENT
        running.url = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()
