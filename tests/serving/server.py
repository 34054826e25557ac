"""The app as a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 180.0


class NotServed(RuntimeError):
    """The app stopped or never answered; says what it wrote."""


@dataclass(frozen=True)
class Server:
    """Where the app answers, and its process."""

    address: str
    pid: int
    log: Path

    @property
    def stream(self) -> str:
        """The address of its websocket."""
        return self.address.replace("http://", "ws://") + "/_stcore/stream"


@contextmanager
def serve(data: Path, script: Path = ROOT / "app.py", *, services: str = "") -> Iterator[Server]:
    """Serve ``script`` with the project's own settings; ``data`` holds the built territories.

    ``services``: the address of this machine where the app is to think that the IGN answers.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    streamlit = ["tests.serving.local_services", services] if services else ["streamlit"]
    command = [sys.executable, "-m", *streamlit, "run", str(script),
               "--server.port", str(port), "--server.address", "127.0.0.1"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("w") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "QPV_DATA": str(data)},
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                server = Server(f"http://127.0.0.1:{port}", process.pid, log)
                _wait_until_healthy(server, process)
                yield server
            finally:
                process.terminate()
                process.wait(timeout=60)


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotServed(f"the app stopped: {server.log.read_text()}")
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            pass
        time.sleep(0.1)
    raise NotServed(f"the app never answered: {server.log.read_text()}")
