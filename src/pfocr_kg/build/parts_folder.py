"""The folder of parts: a path, or a URL of any filesystem that fsspec opens."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import uuid4

from pfocr_kg.build import filesystems
from pfocr_kg.errors import PfocrError

REPORT: Final = "report.json"
ENTITIES: Final = "entities.nt"
MADE_BY: Final = "pfocr-kg map"

_WORK: Final = ".pfocr-kg-map-"
_OURS: Final = re.compile(rf"part-\d{{5,}}\.nt|{re.escape(ENTITIES)}|{re.escape(REPORT)}")
_WORK_FOLDER: Final = re.compile(re.escape(_WORK) + "[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class PartsFolder:
    """A folder for parts: `folder` on a filesystem of fsspec, and `name` as the user gave it."""

    name: str
    filesystem: Any
    folder: str

    @classmethod
    def open(cls, name: str) -> PartsFolder:
        """The folder with this name; nothing in it is changed yet.

        Raises:
            PfocrError: it cannot be written to, or holds other files.

        """
        if not name:
            raise PfocrError("the output has no name", hint="Is a variable of your shell empty?")
        filesystem, path = filesystems.open_filesystem(name)
        if filesystems.is_url(name) and set("*?[") & set(path):
            raise PfocrError(f"{name}: contains a wildcard: * ? [")
        found = cls(name, filesystem, path.rstrip("/"))
        with filesystems.errors_of(name):
            found._refuse_others()
        return found

    @contextmanager
    def writing(self) -> Iterator[PartsWriter]:
        """Write parts beside those of an earlier run, until `put_in_place` replaces these.

        Files of killed runs are removed; so are, at the end, files that were not put in place, and
        the folder itself if it is new and empty.

        Raises:
            PfocrError: a file cannot be written.

        """
        with filesystems.errors_of(self.name):
            is_new = not self.filesystem.exists(self.folder)
            for name in self.names():
                if _WORK_FOLDER.fullmatch(name):
                    self.filesystem.rm(f"{self.folder}/{name}", recursive=True)
            work = f"{self.folder}/{_WORK}{uuid4().hex}"
            self.filesystem.makedirs(work, exist_ok=True)
        try:
            yield PartsWriter(self, work)
        finally:
            with filesystems.errors_of(self.name):
                if self.filesystem.exists(work):
                    self.filesystem.rm(work, recursive=True)
                if is_new and self.filesystem.exists(self.folder) and not self.names():
                    self.filesystem.rmdir(self.folder)

    def names(self) -> list[str]:
        """The names of the files and folders in it."""
        self.filesystem.invalidate_cache()
        if not self.filesystem.exists(self.folder):
            return []
        found = self.filesystem.ls(self.folder, detail=False)
        return [PurePosixPath(path).name for path in found]

    def _refuse_others(self) -> None:
        if self.filesystem.isfile(self.folder):
            raise PfocrError(f"{self.name}: is a file, not a folder")
        names = self.names()
        other = sorted(n for n in names if not _OURS.fullmatch(n) and not _WORK_FOLDER.fullmatch(n))
        if REPORT in names and not self._is_our_report():
            other.append(REPORT)
        if other:
            raise PfocrError(
                f"{self.name}: holds other files ({other[0]})",
                hint="Name a new or empty folder with --output",
            )

    def _is_our_report(self) -> bool:
        try:
            report = json.loads(self.filesystem.cat_file(f"{self.folder}/{REPORT}"))
        except ValueError:
            return False
        return isinstance(report, dict) and report.get("made_by") == MADE_BY


@dataclass(frozen=True, slots=True)
class PartsWriter:
    """Writes files into `work`, a folder inside the folder of parts."""

    parts: PartsFolder
    work: str

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Raises:
            PfocrError: it cannot be written.

        """
        with filesystems.errors_of(self.parts.name):
            self.parts.filesystem.pipe_file(f"{self.work}/{name}", content)

    def put_in_place(self, names: list[str], report: dict[str, Any]) -> None:
        """Move these files into place, remove those of an earlier run, and write the report last.

        A folder without a report is from a run that did not finish.

        Raises:
            PfocrError: a file cannot be written.

        """
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        self.write(REPORT, text.encode())
        filesystem, folder = self.parts.filesystem, self.parts.folder
        with filesystems.errors_of(self.parts.name):
            earlier = set(self.parts.names())
            if REPORT in earlier:
                filesystem.rm_file(f"{folder}/{REPORT}")
            for name in names:
                self._move(name)
            for name in earlier - {*names, REPORT}:
                if _OURS.fullmatch(name):
                    filesystem.rm_file(f"{folder}/{name}")
            self._move(REPORT)

    def _move(self, name: str) -> None:
        old, new = f"{self.work}/{name}", f"{self.parts.folder}/{name}"
        if filesystems.is_local(self.parts.filesystem):
            os.replace(old, new)  # noqa: PTH105 - fsspec uses texts
        else:  # `mv` would read brackets and stars as a pattern
            self.parts.filesystem.cp_file(old, new)
            self.parts.filesystem.rm_file(old)
