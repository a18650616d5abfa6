"""Triple stores that others wrote, on the loopback: started for a test, stopped by their pid."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OXIGRAPH = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
VIRTUOSO, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt")
JAVA = shutil.which("java")
JARS = Path("/usr/share/java")
JENA = JARS / "jena-cmds.jar"

# What `tdb2.*` of Debian's Jena 4.5 needs; its jars do not say so.
NEEDED = (
    *("jena-*", "commons-cli", "commons-codec", "commons-compress", "commons-csv", "commons-io"),
    *("commons-lang3", "dexx-*", "failureaccess", "gson", "guava", "httpclient", "httpcore"),
    *("jackson-*", "jakarta.json*", "jcl-over-slf4j", "jsonld-java", "protobuf", "slf4j-api"),
    *("slf4j-nop", "thrift", "titanium-json-ld"),
)
WAIT = 60.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], url: str, folder: Path) -> Iterator[None]:
    """A server, from its first answer to the end of the context."""
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(server, url, folder)
        yield
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((folder / "server.log").read_text(errors="replace"))


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[str]:
    """The Oxigraph server; gives its base URL."""
    assert OXIGRAPH
    url = f"http://127.0.0.1:{free_port()}"
    bind = url.removeprefix("http://")
    command = [OXIGRAPH, "serve", "--location", str(folder / "db"), "--bind", bind, *options]
    with running(command, url, folder):
        yield url


INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}, {data}
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
MaxQueryMem = 1G
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""
PASSWORD = "dba"  # what a new Virtuoso has; it listens on the loopback only


@dataclass(frozen=True)
class Virtuoso:
    """A running Virtuoso: the base URL of its HTTP server, and its port of SQL."""

    url: str
    port: int

    def sql(self, *statements: str) -> str:
        """What isql says to statements; fails where it reports an error."""
        assert ISQL
        done = subprocess.run(
            [ISQL, f"127.0.0.1:{self.port}", "dba", PASSWORD, "VERBOSE=OFF", "BANNER=OFF"],
            input="".join(f"{statement};\n" for statement in statements),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "*** Error" not in done.stderr, done.stderr
        return done.stdout


@contextmanager
def virtuoso(folder: Path, data: Path, rows: int = 10000) -> Iterator[Virtuoso]:
    """Virtuoso 7 that may load files of `data`, and answers with at most `rows` rows."""
    assert VIRTUOSO
    http, sql = free_port(), free_port()
    ini = INI.format(folder=folder, data=data, http=http, sql=sql, rows=rows)
    (folder / "virtuoso.ini").write_text(ini)
    command = [VIRTUOSO, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    url = f"http://127.0.0.1:{http}"
    with running(command, f"{url}/sparql?query=ASK%7B%7D", folder):
        yield Virtuoso(url, sql)


# Debian's Jena 4.5 has the classes of a regex library renamed, and its messages not: without
# them no class of Jena starts.
MESSAGES = "impl/xpath/regex/message.properties"


def jena(folder: Path, tool: str, *arguments: str) -> bytes:
    """Run a command-line class of Apache Jena in a folder; gives its output."""
    assert JAVA
    mended = folder / "classes" / "xerces" / MESSAGES
    if not mended.exists():
        mended.parent.mkdir(parents=True)
        with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
            mended.write_bytes(jar.read(f"org/apache/jena/ext/xerces/{MESSAGES}"))
    jars = [str(jar) for name in NEEDED for jar in sorted(JARS.glob(f"{name}.jar"))]
    # The quick compiler only: each run is short.
    command = [JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"]
    command += [":".join(["classes", *jars]), tool, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
