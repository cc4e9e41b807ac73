from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fieldpo.central.serving.serve import _listen, refuse_plain
from fieldpo.central.settings import Settings
from fieldpo.cli import main
from fieldpo.errors import BadInput
from fieldpo.loopback import is_loopback
from tests.certificates import certificate

SERVE = [sys.executable, "-m", "fieldpo", "central", "serve"]


@pytest.fixture
def ready(sqlite_url: str) -> str:
    """The URL of a database made by `central init`."""
    assert main(["central", "init", "--db", sqlite_url]) == 0
    return sqlite_url


@pytest.fixture(name="certificate")
def own_certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 and its key."""
    return certificate(tmp_path, "central")


def _started(*words: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([*SERVE, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Listening on "), line
    return process, line.removeprefix("Listening on ").strip()


def test_serve_takes_a_free_port_says_its_url_and_ends_on_sigterm(ready: str) -> None:
    """--port 0 prints the URL that answers; SIGTERM ends it with nothing but the log's lines, and without an error."""
    process, url = _started("--db", ready, "--port", "0")
    assert httpx.get(url + "/health").text == "ok\n"
    process.send_signal(signal.SIGTERM)
    rest, log = process.communicate(timeout=30)
    assert (rest, process.returncode) == ("", 0)
    assert [json.loads(line)["event"] for line in log.splitlines()] == ["listening", "stopping", "stopped"]


def test_counts_are_answered_elsewhere_only_with_the_certificate(
    ready: str, certificate: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """--metrics-host takes an address of the monitoring network, over TLS; without both it is refused."""
    tls = ("--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1]))
    elsewhere = ("--metrics-host", "0.0.0.0")  # noqa: S104 - every address of this machine, for as long as the test
    process, _ = _started("--db", ready, "--port", "0", "--metrics-port", "0", *elsewhere, *tls)
    try:
        assert process.stderr is not None
        port = json.loads(process.stderr.readline())["metrics_port"]
        context = ssl.create_default_context(cafile=str(certificate[0]))
        answer = httpx.get(f"https://127.0.0.1:{port}/metrics", verify=context)
        assert "fieldpo_database_up 1.0" in answer.text
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/metrics")
    finally:
        process.terminate()
        process.communicate(timeout=30)
    for words in (("--metrics-port", "0"), tls):
        assert main(["central", "serve", "--db", ready, *elsewhere, *words]) == 2
        assert "metrics" in capsys.readouterr().err


def test_serve_speaks_tls(ready: str, certificate: tuple[Path, Path]) -> None:
    """With a certificate it is https, TLS 1.2 or later, AES only below 1.3."""
    cert, key = certificate
    process, url = _started("--db", ready, "--port", "0", "--tls-cert", str(cert), "--tls-key", str(key))
    try:
        assert url.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=str(cert))
        assert httpx.get(url + "/health", verify=context).text == "ok\n"
        old = ssl.create_default_context(cafile=str(cert))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        old.set_ciphers("ECDHE+CHACHA20")
        with pytest.raises(httpx.ConnectError):
            httpx.get(url + "/health", verify=old)
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "central.example"])  # noqa: S104 - refused
def test_central_refuses_to_be_reached_without_tls(host: str) -> None:
    """Anything but loopback needs a certificate, and the sentence says so."""
    with pytest.raises(BadInput, match="without TLS"):
        refuse_plain(Settings("sqlite:///x.db", host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_needs_no_tls(host: str) -> None:
    """Loopback is served plainly."""
    assert is_loopback(host)
    refuse_plain(Settings("sqlite:///x.db", host=host))


def test_the_command_says_one_sentence_and_no_traceback(ready: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A refused start ends with exit code 2 and a sentence."""
    assert main(["central", "serve", "--db", ready, "--host", "0.0.0.0"]) == 2  # noqa: S104 - refused
    assert capsys.readouterr().err.count("\n") == 1


def test_a_certificate_without_its_key_is_refused(ready: str, certificate: tuple[Path, Path]) -> None:
    """Certificate and key come together."""
    assert main(["central", "serve", "--db", ready, "--tls-cert", str(certificate[0])]) == 2


def test_a_certificate_of_another_key_is_refused(
    ready: str, certificate: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Certificate and key that do not belong together are told before anything listens."""
    other = ec.generate_private_key(ec.SECP256R1())
    certificate[1].write_bytes(
        other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    words = ["--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1])]
    assert main(["central", "serve", "--db", ready, *words]) == 2
    assert "cannot be used" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(ready: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Two programs cannot share a port; the second says so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["central", "serve", "--db", ready, "--port", str(taken.getsockname()[1])]) == 2
    assert "cannot listen" in capsys.readouterr().err


def test_a_database_that_was_never_made_ready_is_told(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Serving before init names the command to run."""
    assert main(["central", "serve", "--db", sqlite_url]) == 2
    assert "central init" in capsys.readouterr().err


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A database in a folder that is not there is no traceback."""
    assert main(["central", "init", "--db", f"sqlite:///{tmp_path}/no/such/central.db"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_another_database_url_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Only SQLite and PostgreSQL hold central."""
    assert main(["central", "init", "--db", "mysql://localhost/x"]) == 2
    assert main(["central", "init", "--db", "postgresql://nobody:secret@127.0.0.1:1/none"]) == 2
    told = capsys.readouterr().err
    assert "does not answer" in told
    assert "secret" not in told


def test_the_openapi_description_names_what_it_uses(tmp_path: Path) -> None:
    """Every schema that the description refers to stands in it, every kind among them."""
    path = tmp_path / "openapi.json"
    assert main(["central", "openapi", "-o", str(path)]) == 0
    told = json.loads(path.read_text())
    schemas = told["components"]["schemas"]
    named = {word.split("/")[-1] for word in _references(told)}
    assert named <= schemas.keys()
    assert {"Contact", "Person", "ViolationReport", "SyncRequest", "Op"} <= schemas.keys()
    assert "/v1/sync" in told["paths"]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "$ref":
                yield each
            else:
                yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def test_export_to_a_closed_pipe_is_quiet(ready: str) -> None:
    """`central export --json | head` ends without a traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "fieldpo", "central", "export", "--json", "--db", ready],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert "Traceback" not in done.stderr


def test_answers_do_not_wait_for_an_acknowledgement() -> None:
    """The listening socket names its protocol: only then does asyncio turn off Nagle's delay of 40 ms an answer."""
    with _listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
