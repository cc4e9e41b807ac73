"""A man in the middle: other CAs, weak suites, addresses that only look like this computer, logs of TLS keys."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldpo.errors import BadInput, ConfigError
from fieldpo.paths import paths
from fieldpo.sync.effects import Answer, Fault
from fieldpo.sync.transport import Transport, checked_url
from tests.certificates import certificate

SECRET = "Bearer a-token-that-nobody-else-may-see"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[tuple[str, list[bytes]]]:
    """Answers one request on loopback; gives its address and what it could read."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)

        def serve() -> None:
            try:
                raw, _ = listening.accept()
                with raw, context.wrap_socket(raw, server_side=True) as secured:
                    heard.append(secured.recv(65_536))
                    while b"a note" not in heard[-1]:
                        heard.append(heard[-1] + secured.recv(65_536))
                    secured.sendall(ANSWER)
            except OSError:
                return  # refused by the device, which is what most of these tests are about

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}", heard
        thread.join(20)


def context_of(pair: tuple[Path, Path]) -> ssl.SSLContext:
    """A server's side of TLS."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*pair)
    return made


def asked(url: str, ca: Path | None) -> Answer | Fault:
    """One request with a token."""
    with Transport(url, ca) as transport:
        return transport.post("/v1/sync", b"a note", {"Authorization": SECRET})


def settings(text: str) -> None:
    """This computer's config.toml."""
    paths().config.mkdir(parents=True)
    (paths().config / "config.toml").write_text(text, "utf-8")


def test_the_agencys_own_ca_is_trusted_and_no_other(tmp_path: Path) -> None:
    """With central_ca set, central's certificate is taken and another's is refused before a byte is sent."""
    ours, theirs = certificate(tmp_path, "agency"), certificate(tmp_path, "middle")
    settings(f'central_ca = "{ours[0]}"\n')
    with tls_server(context_of(ours)) as (url, heard):
        assert asked(url, None) == Answer(200, b"{}")
    assert SECRET.encode() in heard[-1]
    with tls_server(context_of(theirs)) as (url, heard):
        assert isinstance(asked(url, None), Fault)
    assert heard == []


@pytest.mark.parametrize("value", ["7", '"ca.pem"', '"/nowhere/ca.pem"'])
def test_a_ca_that_cannot_be_used_is_told_and_nothing_is_sent(value: str) -> None:
    """A relative path, no path, or no file: the sentence names the setting, and no other CA stands in."""
    settings(f"central_ca = {value}\n")
    with pytest.raises(ConfigError, match="central_ca"):
        Transport("https://127.0.0.1:9")


def test_tls_below_1_2_is_refused(tmp_path: Path) -> None:
    """A server that only speaks TLS 1.1 hears no header."""
    pair = certificate(tmp_path, "old")
    context = context_of(pair)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with tls_server(context) as (url, heard):
        assert isinstance(asked(url, pair[0]), Fault)
    assert heard == []


def test_tls_1_2_without_aes_is_refused(tmp_path: Path) -> None:
    """A TLS 1.2 server that only has ChaCha20 hears no header."""
    pair = certificate(tmp_path, "chacha")
    context = context_of(pair)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+CHACHA20")
    with tls_server(context) as (url, heard):
        assert isinstance(asked(url, pair[0]), Fault)
    assert heard == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="Python cannot make a TLS 1.3 server without AES")
def test_tls_1_3_with_chacha_is_refused_before_a_header_goes_out(tmp_path: Path) -> None:
    """The handshake is done, the suite is looked at, and neither token nor note is sent."""
    cert, key = certificate(tmp_path, "chacha13")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", str(cert), "-key", str(key), "-tls1_3",
               "-naccept", "1",
               "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"]  # fmt: skip
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert server.stdout is not None
        for line in server.stdout:
            if line.startswith(b"ACCEPT"):
                break
        found = asked(f"https://127.0.0.1:{port}", cert)
        heard, _ = server.communicate(timeout=20)
    finally:
        server.kill()
    assert found == Fault("the connection to central is not encrypted with AES")
    assert b"CHACHA20" in heard
    assert b"a-token" not in heard
    assert b"POST" not in heard


def test_no_log_of_tls_keys_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSLKEYLOGFILE, by which any later recording of the connection could be read, is not obeyed."""
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    pair = certificate(tmp_path, "agency")
    with tls_server(context_of(pair)) as (url, _):
        assert asked(url, pair[0]) == Answer(200, b"{}")
    assert not log.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost.evil.example",
        "http://127.1",
        "http://2130706433",
        "http://0x7f.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://[::ffff:192.0.2.1]",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1:80@evil.example",
        "http://:secret@127.0.0.1",
        "http://@evil.example",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1%2eevil.example",
        "http://127.0.0.1\t.evil.example",
        "ht\ttp://127.0.0.1",
        "http://127.0.0.1/\r\nHost: evil.example",
        "http://127.0.0.1/?to=evil",
        "http:/127.0.0.1",
        "//127.0.0.1",
        "javascript:alert(1)",
        "http://evil.example#@127.0.0.1",
    ],
)
def test_an_address_that_only_looks_like_this_computer_is_refused(url: str) -> None:
    """Plain HTTP goes to loopback itself, written plainly, or nowhere."""
    with pytest.raises(BadInput):
        Transport(url)


def test_a_redirect_does_not_take_the_token_along() -> None:
    """An answer that points elsewhere is a fault, and elsewhere hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere, socket.create_server(("127.0.0.1", 0)) as portal:
        target = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"

        def redirect() -> None:
            connection, _ = portal.accept()
            with connection:
                connection.recv(65_536)
                head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
                connection.sendall(head.encode())

        thread = threading.Thread(target=redirect)
        thread.start()
        assert isinstance(asked(f"http://127.0.0.1:{portal.getsockname()[1]}", None), Fault)
        thread.join(20)
        elsewhere.settimeout(0)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_loopback_is_still_taken() -> None:
    """The refusals above leave the ordinary addresses alone."""
    assert checked_url("http://[::1]:8700/") == "http://[::1]:8700"
