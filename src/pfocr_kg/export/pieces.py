"""The groups of a graph from the triples that its build kept, a piece of it at a time.

A piece is a range of subjects. Figures, papers and what they share are kept in order, so that
each piece can be put together by itself, in another process too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.export import subjects
from pfocr_kg.export.subjects import Group
from pfocr_kg.store import literals
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.saved_triples import Kept, KeptError

_LINES: Final = ox.RdfFormat.N_TRIPLES
_FIGURES: Final = 300
"""Figures in a piece, of some hundred triples each."""

_OTHERS: Final = 3_000
"""Papers or entities in a piece, of a few triples each."""

_FIRST, _LAST = "", ">"
"""Before and after all `<IRI>`."""

_CONTROLS: Final = bytes({*range(32), 127} - {ord("\n")})
"""Bytes that the mapping writes as they are, and canonical N-Triples escape."""

_NUMBERS: Final = {
    f'"^^<{iris.PREFIXES["xsd"]}{name}> .\n'.encode(): kept
    for name, kept in (("decimal", literals.decimal), ("double", literals.double))
}


@dataclass(frozen=True, slots=True)
class Piece:
    """The subjects of a range, `<IRI>` from `begin` to before `end`.

    `links` are those of their triples that linking brought, as N-Triples.
    """

    generation: Generation
    begin: str
    end: str
    figids: Sequence[str]
    pmcids: Sequence[str]
    links: bytes


def pieces(kept: Kept, work: Path, spill: IO[bytes]) -> Iterator[Piece]:
    """All pieces of a graph in order.

    `work` and `spill` are for the triples of links, as in `groups.of_file`.

    Raises:
        KeptError: what was kept is damaged.

    """
    figures = sorted((f"<{iris.figure(figid)}", figid) for figid in kept.figids())
    papers = sorted((f"<{iris.paper(pmcid)}>", pmcid) for pmcid in kept.pmcids())
    inner = {subject for subject, _ in papers[_OTHERS::_OTHERS]}
    inner.update(_between([iri for iri, _ in figures]), kept.shared_subjects()[_OTHERS::_OTHERS])
    bounds = [_FIRST, *sorted(inner), _LAST]
    links = _links(kept, bounds[1:-1], work, spill)
    for begin, end, lines in zip(bounds[:-1], bounds[1:], links, strict=True):
        drawn, printed = (_within(ones, begin, end) for ones in (figures, papers))
        yield Piece(kept.generation, begin, end, drawn, printed, lines)


def _between(figures: list[str]) -> Iterator[str]:
    """Where the figures, `<` and the IRI of each in order, can be parted.

    Subjects of a figure begin with its IRI: they stand before the next figure's, unless that
    begins with this IRI too.
    """
    before: list[str] = []
    room = _FIGURES
    for figure in figures:
        while before and not figure.startswith(before[-1]):
            before.pop()
        if room <= 0 and not before:
            yield figure
            room = _FIGURES
        before.append(figure)
        room -= 1


def _within(ones: list[tuple[str, str]], begin: str, end: str) -> list[str]:
    return [name for _, name in ones[bisect_left(ones, (begin,)) : bisect_left(ones, (end,))]]


def _links(kept: Kept, bounds: list[str], work: Path, spill: IO[bytes]) -> Iterator[bytes]:
    """The lines of each piece that linking brought."""
    linked = work / "links.nt"
    if not kept.links(linked):
        return iter([b""] * (len(bounds) + 1))
    return subjects.parted(linked, [bound.encode() for bound in bounds], spill)


def of_piece(piece: Piece) -> list[Group]:
    """The groups of a piece.

    Raises:
        KeptError: what was kept is damaged.

    """
    with Kept(piece.generation) as kept:
        texts = [piece.links, *kept.shared(piece.begin, piece.end)]
        texts += map(kept.figure, piece.figids)
        texts += map(kept.paper, piece.pmcids)
        found = subjects.group(canonical(b"".join(texts)))
    # A name in the manifest that a bad disk changed puts triples elsewhere, or asks for none.
    begin, end = piece.begin.encode(), piece.end.encode()
    if found and not begin <= found[0].subject <= found[-1].subject < end:
        raise KeptError
    return found


def canonical(text: bytes) -> bytes:
    """N-Triples of the mapping as the graph would give them: canonical, numbers by value."""
    if len(text.translate(None, _CONTROLS)) != len(text):
        text = b"".join(map(_serialized, text.splitlines(keepends=True)))
    for end, number in _NUMBERS.items():
        if end in text:
            # No text holds a quote or a line's end, which are escaped: what stands between the
            # last quote and this is the number.
            *before, last = text.split(end)
            text = b"".join([_numbered(part, end, number) for part in before]) + last
    return text


def _serialized(line: bytes) -> bytes:
    if len(line.translate(None, _CONTROLS)) == len(line):
        return line
    return ox.serialize(ox.parse(line, format=_LINES), format=_LINES) or b""


def _numbered(part: bytes, end: bytes, number: Callable[[str], str]) -> bytes:
    at = part.rfind(b'"') + 1
    return part[:at] + number(part[at:].decode()).encode() + end
