"""The kinds of network, and the formats. Imports nothing heavy: the command line reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pfocr_kg.errors import FormatError

EDGES: Final[Mapping[str, tuple[str, ...]]] = {
    "genes": ("figures", "papers", "npmi"),
    "figures": ("genes", "jaccard"),
    "diseases": ("genes", "jaccard", "figures"),
    "bipartite": ("mentions",),
}
"""The attributes of the edges of each kind of network; `kinds.network` says what they mean."""

KINDS: Final = tuple(EDGES)

FORMATS: Final = ("graphml", "gexf", "json", "tsv")
"""Formats of networks, each also the ending of its files; `files` has their writers."""

_COMPRESSED: Final = (".gz", ".zst")


def file_format(name: str | None, output: Path | None) -> str:
    """The format named, else the one that the output's ending means, else a table of edges.

    Raises:
        FormatError: there is no such format.

    """
    if name is not None:
        if name not in FORMATS:
            raise FormatError(f"unknown format {name!r}", hint="One of " + ", ".join(FORMATS))
        return name
    if output is None or str(output) == "-":
        return "tsv"
    path = output.with_suffix("") if output.suffix in _COMPRESSED else output
    if path.suffix[1:] not in FORMATS:
        raise FormatError(
            f"{output}: its ending names no format of networks",
            hint="Give --format, or an ending such as ." + ", .".join(FORMATS),
        )
    return path.suffix[1:]
