"""A PostgreSQL cluster of its own, on loopback, that tests may kill and start again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg

PASSWORD = "mot-de-passe-à-taire"
ACCOUNT = "equipe"


def binaries() -> Path | None:
    """The folder of the newest server installed here, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _runuser() -> str:
    """Where the system keeps it: not on every PATH."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return shutil.which("runuser", path=places) or "runuser"


def _major(path: Path) -> int:
    return int(path.parent.parent.name)


class Cluster:
    """One server: ``url()`` makes a fresh base, ``kill`` stops it without warning."""

    def __init__(self, bin_dir: Path):
        self.bin = bin_dir
        self.home = Path(tempfile.mkdtemp(prefix="qpv-postgresql-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        secret = self.home / "password"
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres", "postgres")
            shutil.chown(secret, "postgres", "postgres")
        self._run("initdb", "-D", str(self.home / "data"), "-U", ACCOUNT, "-A", "scram-sha-256",
                  f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        # A server refuses to run as root.
        as_other = [_runuser(), "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*as_other, str(self.bin / program), *arguments], cwd=self.home,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        log = self.home / "log"
        said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        assert done.returncode == 0, done.stdout + done.stderr + said

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
            "-c shared_buffers=16MB -c max_connections=20"
        )
        # The log goes to a file: a pipe would be held open by the server.
        self._run("pg_ctl", "-D", str(self.home / "data"), "-l", str(self.home / "log"), "-w",
                  "-o", options, "start")  # fmt: skip

    def kill(self) -> None:
        """kill -9 of the server and of each of its processes."""
        postmaster = int((self.home / "data" / "postmaster.pid").read_text().splitlines()[0])
        # Stopped first: it makes a process for each client, and one born meanwhile would survive.
        os.kill(postmaster, signal.SIGSTOP)
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in (postmaster, *map(int, children)):
            while Path(f"/proc/{pid}").exists() and not _is_dead(pid):
                time.sleep(0.01)
        # A machine that does not bury its dead processes would take this one for alive.
        (self.home / "data" / "postmaster.pid").unlink()

    def stop(self) -> None:
        with contextlib.suppress(AssertionError):
            self._run("pg_ctl", "-D", str(self.home / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, base: str | None = None) -> str:
        """The address of a base, made anew when none is named."""
        name = base or f"b{uuid.uuid4().hex}"
        address = f"postgresql://{ACCOUNT}:{PASSWORD}@127.0.0.1:{self.port}"
        if base is None:
            with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        return f"{address}/{name}"


def _is_dead(pid: int) -> bool:
    """True for a process that ended and that its parent has not buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
