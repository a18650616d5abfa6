"""The folder that parts are written to: first beside their place, then into it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pfocr_kg.build.cluster import places
from pfocr_kg.errors import PfocrError

REPORT: Final = "report.json"
ENTITIES: Final = "entities.nt"
MADE_BY: Final = "pfocr-kg map"

_WORK: Final = ".pfocr-kg-map-"
_OURS: Final = re.compile(rf"part-\d{{5,}}\.nt|{re.escape(ENTITIES)}|{re.escape(REPORT)}")
_WORK_FOLDER: Final = re.compile(re.escape(_WORK) + "[0-9a-f]+")


def part_name(number: int) -> str:
    """The name of a part, such as `part-00007.nt`."""
    return f"part-{number:05}.nt"


@dataclass(frozen=True, slots=True)
class Output:
    """A folder for parts, `folder` on the filesystem `disk`; shown as `name`.

    What is written goes into `work`, a folder in it, until all of it is there.
    """

    name: str
    disk: Any
    folder: str
    run: str

    @classmethod
    def opened(cls, name: str, run: str) -> Output:
        """An output folder, made if it is not there; nothing in it is changed yet.

        Raises:
            PfocrError: it cannot be written to, or holds other files.

        """
        if not name:
            raise PfocrError("the output has no name", hint="Is a variable of your shell empty?")
        remote, folder = places.opened(name)
        if remote is None:
            from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

            remote, folder = LocalFileSystem(), str(Path.cwd() / folder)
        elif set("*?[") & set(folder):
            raise PfocrError(f"{name}: holds a character that stands for others: * ? [")
        output = cls(name, remote, folder.rstrip("/"), run)
        with places.reaching(name):
            output._refuse_others()
        return output

    @property
    def work(self) -> str:
        """The folder of what is not complete."""
        return f"{self.folder}/{_WORK}{self.run}"

    def begin(self) -> bool:
        """Make the work folder; remove those of runs that died. True where all of it is new.

        Raises:
            PfocrError: it cannot be written.

        """
        with places.reaching(self.name):
            new = not self.disk.exists(self.folder)
            for name in self._names():
                if _WORK_FOLDER.fullmatch(name):
                    self.disk.rm(f"{self.folder}/{name}", recursive=True)
            self.disk.makedirs(self.work, exist_ok=True)
        return new

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the work folder."""
        with places.reaching(self.name):
            self.disk.pipe_file(f"{self.work}/{name}", content)

    def publish(self, written: Sequence[tuple[str, str]], report: dict[str, Any]) -> None:
        """Put files of the work folder in place, as (name there, name here), and a report last.

        Where there is no report, it did not come to its end. Parts of an earlier run go.

        Raises:
            PfocrError: it cannot be written, or a worker's part is not there.

        """
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        self.write(REPORT, text.encode())
        with places.reaching(self.name):
            before = set(self._names())
            self._check(written)
            if REPORT in before:
                self.disk.rm_file(f"{self.folder}/{REPORT}")
            for there, here in written:
                self._move(there, here)
            for name in before - {here for _, here in written} - {REPORT}:
                if _OURS.fullmatch(name):
                    self.disk.rm_file(f"{self.folder}/{name}")
            self._move(REPORT, REPORT)

    def end(self, *, new: bool) -> None:
        """Remove the work folder with what is left in it; a new output that holds nothing, too."""
        with places.reaching(self.name):
            if self.disk.exists(self.work):
                self.disk.rm(self.work, recursive=True)
            if new and self._is_local and not self._names():
                self.disk.rmdir(self.folder)

    def _check(self, written: Sequence[tuple[str, str]]) -> None:
        there = {PurePosixPath(path).name for path in self._listed(self.work)}
        lacking = [here for name, here in written if name not in there]
        if lacking:
            raise PfocrError(
                f"{self.name}: {lacking[0]} is not there, though a worker has written it",
                hint="Can all machines write to this folder, and does no other run?",
            )

    def _move(self, there: str, here: str) -> None:
        old, new = f"{self.work}/{there}", f"{self.folder}/{here}"
        if self._is_local:
            os.replace(old, new)  # noqa: PTH105 - both are texts, as everything of fsspec
        else:  # `mv` would read brackets and stars as a pattern
            self.disk.cp_file(old, new)
            self.disk.rm_file(old)

    @property
    def _is_local(self) -> bool:
        known = self.disk.protocol
        return "file" in ((known,) if isinstance(known, str) else known)

    def _names(self) -> list[str]:
        return [PurePosixPath(path).name for path in self._listed(self.folder)]

    def _listed(self, folder: str) -> list[str]:
        self.disk.invalidate_cache()
        return list(self.disk.ls(folder, detail=False)) if self.disk.exists(folder) else []

    def _refuse_others(self) -> None:
        if self.disk.isfile(self.folder):
            raise PfocrError(f"{self.name}: is a file, not a folder")
        names = self._names()
        other = sorted(n for n in names if not _OURS.fullmatch(n) and not _WORK_FOLDER.fullmatch(n))
        if REPORT in names and not self._is_ours():
            other.append(REPORT)
        if other:
            raise PfocrError(
                f"{self.name}: holds other files ({other[0]})",
                hint="Name a new or empty folder with --output",
            )

    def _is_ours(self) -> bool:
        try:
            said = json.loads(self.disk.cat_file(f"{self.folder}/{REPORT}"))
        except ValueError:
            return False
        return isinstance(said, dict) and said.get("made_by") == MADE_BY


def described(name: str, content: bytes) -> dict[str, Any]:
    """What a report says of a part."""
    return {
        "name": name,
        "triples": content.count(b"\n"),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
