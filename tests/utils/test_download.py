"""Downloads: resumed, checked, the next address tried, over TLS that is verified."""

import hashlib
import io
import shutil
import ssl
import subprocess
import sys
import threading
import urllib.request

import pytest

from geartrain.utils.download import DownloadFailed, _NoDowngrade, download, has_digest


@pytest.fixture
def sha256(server):
    return hashlib.sha256(server.content).hexdigest()


def files_in(folder):
    return sorted(each.name for each in folder.iterdir() if not each.name.endswith(".lock"))


def test_a_file_is_downloaded_once(server, sha256, tmp_path):
    path = tmp_path / "folder" / "file"
    for _ in range(2):
        download([f"{server.url}/whole"], path, digest=sha256)
        assert path.read_bytes() == server.content
    assert server.asked == [("/whole", None)]
    assert files_in(path.parent) == ["file"]


def test_a_redirection_is_followed(server, sha256, tmp_path):
    download([f"{server.url}/moved"], tmp_path / "file", digest=sha256)
    assert [path for path, _ in server.asked] == ["/moved", "/whole"]


def test_a_file_that_is_wrong_is_replaced(server, sha256, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"damaged")
    download([f"{server.url}/whole"], path, digest=sha256)
    assert path.read_bytes() == server.content


def test_an_md5_will_do(server, tmp_path):
    path = tmp_path / "file"
    digest = hashlib.md5(server.content).hexdigest()
    download([f"{server.url}/whole"], path, digest=digest.upper())
    assert has_digest(path, digest)
    assert not has_digest(path, "0" * 32)


def test_what_is_no_digest_is_said_before_anything_is_asked_for(server, tmp_path):
    with pytest.raises(ValueError, match="no digest of a file"):
        download([f"{server.url}/whole"], tmp_path / "file", digest="731c5ac6")
    assert not server.asked


def test_the_next_address_takes_up_where_a_connection_broke(server, sha256, tmp_path):
    path = tmp_path / "file"
    addresses = [f"{server.url}/{name}" for name in ("missing", "breaks", "garbled", "whole")]
    download(addresses, path, digest=sha256)
    assert path.read_bytes() == server.content
    assert server.asked[-1] == ("/whole", f"bytes={len(server.content) // 3}-")


def test_a_cut_off_file_waits_for_the_next_call(server, sha256, tmp_path):
    path = tmp_path / "file"
    with pytest.raises(DownloadFailed, match="the connection ended after"):
        download([f"{server.url}/breaks"], path, digest=sha256)
    assert files_in(tmp_path) == ["file.part"]
    download([f"{server.url}/whole"], path, digest=sha256)
    assert path.read_bytes() == server.content
    assert files_in(tmp_path) == ["file"]


def test_without_a_digest_nothing_is_resumed(server, tmp_path):
    path = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(b"of another file")
    download([f"{server.url}/whole"], path)
    assert server.asked == [("/whole", None)]
    assert path.read_bytes() == server.content


def test_a_server_that_cannot_resume_sends_all_again(server, sha256, tmp_path):
    path = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(server.content[:1000])
    download([f"{server.url}/norange"], path, digest=sha256)
    assert path.read_bytes() == server.content


def test_a_part_that_is_whole_already_is_kept(server, sha256, tmp_path):
    path = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(server.content)
    download([f"{server.url}/whole"], path, digest=sha256)
    assert path.read_bytes() == server.content
    assert len(server.asked) == 1


@pytest.mark.parametrize("size", [1000, 2_000_000])
def test_a_part_of_another_file_is_thrown_away(server, sha256, tmp_path, size):
    path = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(b"x" * size)
    download([f"{server.url}/whole"], path, digest=sha256)
    assert path.read_bytes() == server.content
    assert server.asked == [("/whole", f"bytes={size}-"), ("/whole", None)]


def test_an_answer_with_other_bytes_than_asked_for_is_not_appended(server, sha256, tmp_path):
    (tmp_path / "file.part").write_bytes(server.content[:1000])
    with pytest.raises(DownloadFailed, match=r"asked for what follows byte 1,000, and sent.*999-"):
        download([f"{server.url}/elsewhere"], tmp_path / "file", digest=sha256)
    assert (tmp_path / "file.part").read_bytes() == server.content[:1000]


def test_wrong_bytes_never_get_the_files_name(server, sha256, tmp_path):
    with pytest.raises(DownloadFailed, match="digest is not"):
        download([f"{server.url}/wrong"], tmp_path / "file", digest=sha256)
    assert not files_in(tmp_path)


def test_the_error_says_what_each_address_did(server, tmp_path):
    addresses = [f"{server.url}/missing", "http://127.0.0.1:9/x", "nonsense"]
    with pytest.raises(DownloadFailed) as caught:
        download(addresses, tmp_path / "file")
    missing, refused, nonsense = caught.value.attempts
    assert "/missing: HTTP Error 404" in missing
    assert "127.0.0.1:9/x: [Errno" in refused
    assert "unknown url type" in nonsense
    assert all(each in str(caught.value) for each in caught.value.attempts)


def test_of_two_at_once_one_downloads(server, sha256, tmp_path):
    path = tmp_path / "file"
    arguments = ([f"{server.url}/whole"], path)
    threads = [
        threading.Thread(target=download, args=arguments, kwargs={"digest": sha256})
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert server.asked == [("/whole", None)]
    assert path.read_bytes() == server.content


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("progress", [True, False])
def test_a_terminal_shows_a_bar(server, tmp_path, monkeypatch, progress):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    download([f"{server.url}/whole"], tmp_path / "digits.npz", progress=progress)
    last = stream.getvalue().rpartition("\r")[2]
    assert last == f"digits.npz [{'=' * 30}] 1.0/1.0 MB\n" * progress


def test_elsewhere_nothing_is_printed(server, tmp_path, capsys):
    download([f"{server.url}/whole"], tmp_path / "file")
    assert capsys.readouterr() == ("", "")


def test_a_redirection_out_of_tls_is_refused():
    request = urllib.request.Request("https://one.example/file")
    with pytest.raises(OSError, match="which is not https"):
        _NoDowngrade().redirect_request(request, None, 302, "", {}, "http://two.example/file")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_refused(server, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    where = ["-keyout", key, "-out", certificate, "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*make, *where, "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    address = server.url.replace("http:", "https:") + "/whole"
    with pytest.raises(DownloadFailed, match="CERTIFICATE_VERIFY_FAILED"):
        download([address], tmp_path / "file")
    assert not server.asked
