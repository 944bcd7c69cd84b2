"""Downloads from a server of the test's own: resumed, checked, the next address tried."""

import hashlib
import http.server
import threading

import pytest

from geartrain.utils.file import DownloadFailed, get_file

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        if self.path == "/missing":
            self.send_error(404)
            return
        start = 0
        if self.headers.get("Range") and self.path != "/norange":
            start = int(self.headers["Range"].split("=")[1].rstrip("-"))
            if start >= len(CONTENT):
                self.send_error(416)
                return
            self.send_response(206)
        else:
            self.send_response(200)
        body = CONTENT[start:] if self.path != "/wrong" else b"x" * len(CONTENT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 3] if self.path == "/breaks" else body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        running.url = f"http://127.0.0.1:{running.server_port}"
        yield running
        running.shutdown()
        thread.join()


def test_a_file_is_downloaded_once(server, tmp_path):
    path = tmp_path / "folder" / "file"
    for _ in range(2):
        assert get_file(f"{server.url}/whole", path, sha256=SHA256).read_bytes() == CONTENT
    assert server.asked == [("/whole", None)]
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_the_next_address_takes_up_where_a_connection_broke(server, tmp_path):
    path = tmp_path / "file"
    addresses = [f"{server.url}/missing", f"{server.url}/breaks", f"{server.url}/whole"]
    assert get_file(addresses, path, sha256=SHA256).read_bytes() == CONTENT
    assert server.asked[-1] == ("/whole", f"bytes={len(CONTENT) // 3}-")


def test_a_server_that_cannot_resume_sends_all_again(server, tmp_path):
    path = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(CONTENT[:1000])
    assert get_file(f"{server.url}/norange", path, sha256=SHA256).read_bytes() == CONTENT


def test_a_part_that_is_whole_already_is_kept(server, tmp_path):
    path = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(CONTENT)
    assert get_file(f"{server.url}/whole", path, sha256=SHA256).read_bytes() == CONTENT


def test_wrong_bytes_never_get_the_files_name(server, tmp_path):
    path = tmp_path / "file"
    with pytest.raises(DownloadFailed, match="SHA-256"):
        get_file(f"{server.url}/wrong", path, sha256=SHA256)
    assert not list(tmp_path.iterdir())


def test_a_cut_off_file_waits_for_the_next_call(server, tmp_path):
    path = tmp_path / "file"
    with pytest.raises(DownloadFailed, match="the connection ended after"):
        get_file(f"{server.url}/breaks", path, sha256=SHA256)
    assert [each.name for each in tmp_path.iterdir()] == ["file.part"]
    assert get_file(f"{server.url}/whole", path, sha256=SHA256).read_bytes() == CONTENT


def test_the_error_says_what_each_address_did(server, tmp_path):
    with pytest.raises(DownloadFailed) as caught:
        get_file([f"{server.url}/missing", "http://127.0.0.1:9/x"], tmp_path / "file")
    assert "/missing: Not Found" in str(caught.value)
    assert "127.0.0.1:9" in str(caught.value)
