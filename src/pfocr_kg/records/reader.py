"""Reads the front matter of one record, key by key, and collects its faults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pfocr_kg.errors import RecordError
from pfocr_kg.records import frontmatter
from pfocr_kg.records.frontmatter import Value
from pfocr_kg.records.record_files import RecordFiles
from pfocr_kg.records.shared_files import Shared
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.records.values import text_or_empty


class Reader:
    """The front matter of one record, and the faults found while it is read.

    Raises:
        RecordError: the record has no front matter that can be read.
        FileNotFoundError: the record does not exist.

    """

    def __init__(self, path: Path, folder: RecordFolder, shared: Shared) -> None:
        self.shown = folder.place.show(path)
        self.folder = folder
        self.shared = shared
        self.errors: list[RecordError] = []
        self.files = RecordFiles()
        self.page = frontmatter.parse(frontmatter.decode(self.files.read(str(path))), self.report)

    def report(self, error: RecordError, path: str = "") -> None:
        """Add an error with its place to `errors`."""
        self.errors.append(error.at(path or self.shown))

    def text(self, key: str) -> str:
        """The text of a key, "" if it is missing."""
        value = self.page.get(key)
        if value is not None and not isinstance(value, str):
            raise RecordError(f"{key} is a {kind_of(value)}, not a text", key=key)
        return text_or_empty(value)

    def checked(self, key: str, check: Callable[[str], str] | None = None) -> str:
        """The text of a key if it passes `check`; else "", and the error is reported."""
        try:
            text = self.text(key)
            return check(text) if text and check else text
        except RecordError as error:
            self.report(error)
            return ""

    def texts(self, key: str) -> list[str]:
        """The texts of a key that holds a list or a single text; missing ones left out."""
        value = self.page.get(key)
        if isinstance(value, dict):
            self.report(RecordError(f"{key} is a mapping, not a list of texts", key=key))
            return []
        return self.only_texts(key, value if isinstance(value, list) else [value])

    def only_texts(self, key: str, items: list[Value]) -> list[str]:
        """The distinct items that are texts and not missing; items of other kinds are reported."""
        texts = []
        for item in items:
            if item is None or isinstance(item, str):
                if text := text_or_empty(item):
                    texts.append(text)
            else:
                self.report(RecordError(f"{key} holds a {kind_of(item)}, not a text", key=key))
        return list(dict.fromkeys(texts))


def kind_of(value: Value) -> str:
    """The kind of a list or mapping, for a message."""
    return "list" if isinstance(value, list) else "mapping"
