"""Certificates that nobody vouches for end a question in one line."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import pfocr_kg


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_certificate_of_its_own(
    scheme: str, tmp_path: Path, missing: Callable[[str], None]
) -> None:
    """Over https it is refused before a word is sent; http to such a port is no answer."""
    if shutil.which("openssl") is None:
        missing("needs openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard: list[bytes] = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, suppress(OSError):
                        heard.append(context.wrap_socket(connection, server_side=True).recv(999))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/query"
        with pytest.raises(pfocr_kg.StoreError) as caught, pfocr_kg.open(url) as graph:
            len(graph)
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    message = str(caught.value)
    assert message.startswith(f"{url}: ")
    assert message.isprintable()
    assert ("certificate" in message) is (scheme == "https")
    assert not any(heard)
