"""Every exception this package raises on purpose. Imports nothing of the package."""

from __future__ import annotations

import copyreg
from collections.abc import Callable


class PfocrError(Exception):
    """Base class: a message of one line that tells what is wrong and where.

    `hint` tells what to do next; it may be empty. Line ends of what they quote become blanks.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = " ".join(message.splitlines())
        self.hint = " ".join(hint.splitlines())
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        # Errors of workers are pickled. By default, an exception is made again from its message
        # alone, which does not suit every class here.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class RecordError(PfocrError):
    """A record, or one of its tables, that cannot be read; it is quarantined.

    `path` is the file as shown to the user, `line` the line in it (1-based) where known,
    `key` the front-matter key or column, `value` the offending text.
    """

    def __init__(
        self,
        reason: str,
        *,
        path: str = "",
        line: int | None = None,
        key: str | None = None,
        value: str | None = None,
    ) -> None:
        self.reason = reason
        self.path = path
        self.line = line
        self.key = key
        self.value = value
        super().__init__(f"{self.place}: {reason}" if path else reason)

    @property
    def place(self) -> str:
        """The file and, if it is known, the line after a colon."""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def at(self, path: str = "", line: int | None = None) -> RecordError:
        """The same error, with this path and line if it has none."""
        return RecordError(
            self.reason,
            path=self.path or path,
            line=line if self.line is None else self.line,
            key=self.key,
            value=self.value,
        )


OnError = Callable[[RecordError], None]
"""Takes the errors of parts of a record that cost only these parts."""


class SourceError(PfocrError):
    """A source that cannot be used at all: absent, unreadable, or without records."""


class NothingReadError(SourceError):
    """None of the records of the sources could be read."""


class DictionaryError(PfocrError):
    """A dictionary of genes, diseases or organisms that cannot be read."""


class ContextError(PfocrError):
    """A JSON-LD context that is unknown, or that holds more than the bulk path supports."""


class StoreError(PfocrError):
    """A store that is absent, unwritable, locked, or made by a newer version."""


class DamagedStoreError(StoreError):
    """A store with damaged or missing files."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "Build the store again from its sources, into a new folder",
    ) -> None:
        super().__init__(message, hint=hint)


class QueryError(PfocrError):
    """A query that is unknown, does not parse, or is given parameters it does not have."""


class UnknownNameError(QueryError):
    """A name that nothing of the asked kinds has."""


class AmbiguousNameError(QueryError):
    """A name that several things have, none of them before the others."""


class NothingChosenError(QueryError):
    """Conditions that no figure meets, or a level that leaves no gene of a figure."""


class FormatError(PfocrError):
    """A format that is unknown, or does not fit the kind of result."""


class ShapeError(PfocrError):
    """A shape with a term of SHACL that is not supported."""


class PatchError(PfocrError):
    """A patch that is damaged, or that does not fit the graph it is meant for."""
