"""The formats that a graph is exported in, and the parts of a release.

Writers, the choices of the command line, and its help use these tables. A writer is named
here and imported on use, since many of them need large libraries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final

from pfocr_kg.errors import FormatError
from pfocr_kg.rdf import formats


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format of exports, by the name that users give.

    `writer` ("module:function") takes a store, an open file and the options that the command
    line has for this format; a format of several files takes a folder instead of a file. An output
    that ends in `ending` has this format; `library` is the package of the extra "formats" that the
    writer needs. `empty_note` is printed if the writer has written nothing.
    """

    name: str
    writer: str
    options: tuple[str, ...] = ()
    ending: str = ""
    is_folder: bool = False
    library: str = ""
    empty_note: str = ""

    def write(self, store: Any, output: Any, **options: Any) -> Any:
        """Write a store to an open file or a folder; returns what the writer returns."""
        if self.name in formats.RDF:
            options["form"] = self.name
        return resolve_name(self.writer)(store, output, **options)


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """A part of a release: `writer` takes a store and the folder of the release.

    A part without a writer is written by a function that the caller passes to `release`.
    """

    name: str
    writer: str = ""
    library: str = ""

    def write(self, store: Any, folder: Path) -> None:
        """Write the part."""
        resolve_name(self.writer)(store, folder)


_EXPORT: Final = "pfocr_kg.export"
_RDF_WRITER: Final = f"{_EXPORT}.sorted_rdf:write"
_RDF_OPTIONS: Final = ("description", "no_description", "jobs")
_GMT_OPTIONS: Final = ("organism", "level", "min_size", "symbols")
_GPML_OPTIONS: Final = ("figure", "pathway", "organism", "level")
_LEVEL: Final = ("level",)
_NO_SETS: Final = "no figure has so many of these genes; there are no sets"
_PARTS: Final = f"{_EXPORT}.release_parts"

_FORMATS: Final = (
    *(
        ExportFormat(name, _RDF_WRITER, _RDF_OPTIONS, ending=form.file_extension)
        for name, form in formats.RDF.items()
    ),
    ExportFormat("gmt", f"{_EXPORT}.gmt:write", _GMT_OPTIONS, ending="gmt", empty_note=_NO_SETS),
    ExportFormat("parquet", f"{_EXPORT}.parquet:write", _LEVEL, is_folder=True, library="pyarrow"),
    ExportFormat("kgx", f"{_EXPORT}.kgx:write", _LEVEL, is_folder=True),
    ExportFormat("nanopubs", f"{_EXPORT}.nanopubs:write", _LEVEL, library="nanopub"),
    ExportFormat("gpml", f"{_EXPORT}.gpml:write", _GPML_OPTIONS, ending="gpml"),
)
EXPORTS: Final[Mapping[str, ExportFormat]] = {form.name: form for form in _FORMATS}
"""Every format of an export, by name."""

_ENDINGS: Final = {form.ending: form for form in _FORMATS if form.ending}

_RELEASE: Final = (
    ReleasePart("graph", f"{_PARTS}:write_graph"),
    ReleasePart("description", f"{_PARTS}:write_description"),
    ReleasePart("links", f"{_PARTS}:write_links"),
    ReleasePart("gene-sets", f"{_PARTS}:write_gene_sets"),
    ReleasePart("tables", f"{_PARTS}:write_tables", EXPORTS["parquet"].library),
    ReleasePart("kgx", f"{_PARTS}:write_kgx"),
    ReleasePart("nanopubs", f"{_PARTS}:write_nanopubs", EXPORTS["nanopubs"].library),
    ReleasePart("report", f"{_PARTS}:write_report"),
    ReleasePart("networks"),
)
RELEASE_PARTS: Final[Mapping[str, ReleasePart]] = {part.name: part for part in _RELEASE}
"""The parts of a release by name, in the order of writing."""


def export_format(name: str | None, output: Path | None) -> ExportFormat:
    """The format of an export: the named one, else that of the output's ending.

    Raises:
        FormatError: the format is unknown, or needs a folder and none is given.

    """
    if name is None and output is not None and (found := _ENDINGS.get(_ending(output))):
        return found
    chosen = EXPORTS.get(name or "") or EXPORTS[formats.rdf_format(name, output)]
    if chosen.is_folder and (output is None or str(output) == "-"):
        raise FormatError(f"{name} is several files", hint="Give --output, a folder for them")
    return chosen


def _ending(output: Path) -> str:
    return formats.plain(output).suffix[1:]


def formats_with(option: str) -> str:
    """The names of the formats that take an option, for help."""
    if option in _RDF_OPTIONS:
        return "RDF"
    return ", ".join(form.name for form in _FORMATS if option in form.options)
