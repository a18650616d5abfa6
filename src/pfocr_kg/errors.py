"""Every exception this package raises on purpose, and the check of arguments' types.

Imports nothing of the package.
"""

from __future__ import annotations

import copyreg
import functools
import inspect
import io
import os
import types
import typing
from collections import abc
from collections.abc import Callable, Iterator
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import IO, Annotated, Any, Final, TypeAlias, TypeVar, Union, cast

_LONGEST: Final = 4_000
"""Characters of a line for people; it can repeat what a user gave, which has no bound."""


def without_middle(line: str) -> str:
    """The line without its middle if it is too long to read."""
    half = _LONGEST // 2
    return line if len(line) <= _LONGEST else f"{line[:half]} … {line[-half:]}"


class PfocrError(Exception):
    """Base class: a message of one line that tells what is wrong and where.

    `hint` tells what to do next; it may be empty. Line ends of what they quote become blanks, and
    what is too long to read is left out of their middle.

    >>> try:
    ...     pfocr_kg.open("no-such-store")
    ... except pfocr_kg.PfocrError as error:
    ...     print(error.message)
    ...     print(error.hint)
    no-such-store: is not a pfocr-kg store
    Build one with: pfocr-kg build SOURCE --store no-such-store
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = without_middle(" ".join(message.splitlines()))
        self.hint = without_middle(" ".join(hint.splitlines()))
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

    >>> error = pfocr_kg.RecordError("has no figid", path="_figures/a.md", line=3)
    >>> str(error), error.place
    ('_figures/a.md:3: has no figid', '_figures/a.md:3')
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
        """The file and, if it is known, the line after a colon.

        >>> pfocr_kg.RecordError("has no figid", path="a.md", line=3).place
        'a.md:3'
        """
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def at(self, path: str = "", line: int | None = None) -> RecordError:
        """The same error, with this path and line if it has none.

        >>> str(pfocr_kg.RecordError("has no figid").at("a.md", 3))
        'a.md:3: has no figid'
        """
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
    """A source that cannot be used at all: absent, unreadable, or without records.

    >>> pfocr_kg.build("no-such-folder", "my-store")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.SourceError: no-such-folder: there is no such file or folder
    """


class NothingReadError(SourceError):
    """None of the records of the sources could be read.

    >>> pfocr_kg.build("tests/data/wikipathways", "new-store")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.NothingReadError: not one of 1 record(s) could be read; ...
    """


class DictionaryError(PfocrError):
    """A dictionary of genes, diseases or organisms that cannot be read.

    >>> pfocr_kg.build("tests/data/sample", "new-store", genes="tests/data/README.md")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.DictionaryError: tests/data/README.md: is not a dictionary of human genes...
    """


class ContextError(PfocrError):
    """A JSON-LD context that is unknown, or that holds more than the bulk path supports.

    >>> from pfocr_kg.rdf import context
    >>> context.load("https://example.org/context.jsonld")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.ContextError: unknown JSON-LD context https://example.org/context.jsonld. ...
    """


class StoreError(PfocrError):
    """A store that is absent, unwritable, locked, or made by a newer version.

    >>> pfocr_kg.open("tests/data")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.StoreError: tests/data: is not a pfocr-kg store. ...
    """


class DamagedStoreError(StoreError):
    """A store with damaged or missing files.

    >>> import pathlib, shutil
    >>> copy = pathlib.Path(shutil.copytree("one-store", "damaged-store"))
    >>> for file in copy.glob("generations/*/report.json"):
    ...     file.unlink()
    >>> pfocr_kg.open(copy).report
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.DamagedStoreError: damaged-store/...: cannot be read: No such file ...
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "Build the store again from its sources, into a new folder",
    ) -> None:
        super().__init__(message, hint=hint)


class QueryError(PfocrError):
    """A query that is unknown, does not parse, or is given parameters it does not have.

    Also a call of the library with an argument of another type than it takes.

    >>> graph.query("figures-of-gne")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.QueryError: there is no bundled query 'figures-of-gne'. Did you mean ...
    """


class UnknownNameError(QueryError):
    """A name that nothing of the asked kinds has.

    >>> graph.query("figures-of-gene", gene="STAT33")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.UnknownNameError: no gene of the graph is called 'STAT33'. Is one ...
    """


class AmbiguousNameError(QueryError):
    """A name that several things have, none of them before the others.

    >>> graph.query("figures-of-gene", gene="PRKAR2")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.AmbiguousNameError: 'PRKAR2' can mean PRKAR2A, human gene ...
    """


class NothingChosenError(QueryError):
    """Conditions that no figure meets, or a level that leaves no gene of a figure.

    >>> graph.network("genes", genes_of="PMC3614012__nihms379615f2", level="symbol")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.NothingChosenError: figure PMC3614012__nihms379615f2 draws no gene ...
    """


class FormatError(PfocrError):
    """A format that is unknown, or does not fit the kind of result.

    >>> graph.export("pfocr.xlsx")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.FormatError: pfocr.xlsx: its ending names no RDF format. ...
    """


class ShapeError(PfocrError):
    """A shape with a term of SHACL that is not supported.

    >>> import rdflib
    >>> from pfocr_kg.query import shapes
    >>> sh = "@prefix sh: <http://www.w3.org/ns/shacl#> ."
    >>> unknown = rdflib.Graph().parse(data=sh + "<urn:s> sh:targetClass <urn:c> ; sh:xone 1 .")
    >>> shapes.compile_shapes(unknown)
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.ShapeError: urn:s: needs one http://www.w3.org/ns/shacl#message, has 0
    """


class PatchError(PfocrError):
    """A patch that is damaged, or that does not fit the graph it is meant for.

    >>> pfocr_kg.apply("one-store", "tests/data/README.md")
    Traceback (most recent call last):
        ...
    pfocr_kg.errors.PatchError: tests/data/README.md: is not a patch...
    """


def quoted(text: str) -> str:
    """A text in quotes for a message, its end cut off if it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


Limit: TypeAlias = Annotated[int, "at least 0"]
"""A type for `checked`: how many to give at most."""

Function = TypeVar("Function", bound=Callable[..., Any])


def checked(function: Function) -> Function:
    """Have a public function refuse arguments of other types than it declares, before it works.

    Raises:
        QueryError: when the function is called with such an argument, or an unknown option.

    """

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        for name, hint, value in _given(function, arguments, options):
            if not _fits(value, hint):
                needed, shown = " or ".join(dict.fromkeys(_words(hint))), repr(value)
                shown = shown if len(shown) < 60 else f"a {type(value).__name__}"
                raise QueryError(f"{function.__name__}: {name} has to be {needed}, not {shown}")
        return function(*arguments, **options)

    return cast("Function", call)


@functools.cache
def _declared(function: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Any]]:
    """The parameters of a function and their types; ** has the types of options, or one type."""
    names = {name: hint for name, hint in function.__annotations__.items() if name != "return"}
    inner = inspect.unwrap(function)
    holder = types.FunctionType((lambda: None).__code__, inner.__globals__)
    holder.__annotations__ = names
    return inspect.signature(function), typing.get_type_hints(holder, include_extras=True)


def _given(
    function: Callable[..., Any], arguments: Any, options: Any
) -> Iterator[tuple[str, Any, Any]]:
    """The name, type and value of each argument, and of each option that ** takes."""
    signature, declared = _declared(function)
    for name, value in signature.bind(*arguments, **options).arguments.items():
        hint = declared.get(name, Any)
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            yield from _options(value, hint)
        else:
            yield name, hint, value


def _options(given: dict[str, Any], hint: Any) -> Iterator[tuple[str, Any, Any]]:
    """The name, type and value of each option that ** took."""
    names: dict[str, Any] | None = None
    if typing.get_origin(hint) is typing.Unpack:
        names = typing.get_type_hints(typing.get_args(hint)[0], include_extras=True)
    for name, value in given.items():
        if names is not None and name not in names:
            raise QueryError(f"there is no option {name!r}", hint=f"There are {', '.join(names)}")
        yield name, hint if names is None else names[name], value


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of a type, as far as that can be told without using it up."""
    kind, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if hint == Limit:
        return _fits(value, int) and value >= 0
    if kind in (Union, types.UnionType):
        return any(_fits(value, part) for part in parts) and not (Path in parts and _has_nul(value))
    if kind is abc.Callable:
        return callable(value)
    if kind is IO:
        return hasattr(value, "write") and not isinstance(value, io.TextIOBase)
    kind = _KINDS.get(kind, kind)
    if kind is Any or not isinstance(kind, type):
        return True
    is_other = (kind in (Integral, Real) and isinstance(value, bool)) or (
        kind in _LISTS and isinstance(value, str | bytes | abc.Mapping)
    )
    elements = value if parts and isinstance(value, list | tuple | set | frozenset) else ()
    is_other = is_other or (kind is PathLike and _has_nul(value))
    return isinstance(value, kind) and not is_other and all(_fits(e, parts[0]) for e in elements)


def _has_nul(value: Any) -> bool:
    """Whether a text or path holds U+0000, which no path of a system can."""
    return isinstance(value, str | PathLike) and "\0" in os.fsdecode(value)


_KINDS: dict[Any, Any] = {int: Integral, float: Real, Path: PathLike, None: type(None)}
_LISTS = (abc.Collection, abc.Iterable, abc.Sequence)
_NAMES: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "a path",
    type(None): "None",
    IO: "a file that is open for writing bytes",
    abc.Callable: "a function",
}


def _words(hint: Any) -> Iterator[str]:
    """What the values of a type are called."""
    kind, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if hint == Limit:
        yield "a whole number of at least 0"
    elif kind in (Union, types.UnionType):
        for part in parts:
            yield from _words(part)
    elif kind in _LISTS:
        of = " or ".join(dict.fromkeys(_words(parts[0]))) if parts else ""
        yield f"a list ({of})" if of else "a list"
    else:
        yield _NAMES.get(kind) or f"a {kind.__name__}"
