"""The triples that a build saved beside the graph, one range of subjects at a time.

Figures, papers and shared nodes are saved in order, so that each range can be read separately,
also in another process.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import DamagedStoreError
from pfocr_kg.export import sorting
from pfocr_kg.export.sorting import SubjectTriples
from pfocr_kg.store import literals
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.saved_triples import SavedTriples

_LINES: Final = ox.RdfFormat.N_TRIPLES
_FIGURES: Final = 300
"""Figures per range; each has some hundred triples."""

_OTHERS: Final = 3_000
"""Papers or entities per range; each has a few triples."""

_FIRST, _LAST = "", ">"
"""Before and after all `<IRI>`."""

_CONTROLS: Final = bytes({*range(32), 127} - {ord("\n")})
"""Bytes that canonical N-Triples escape and the mapping does not."""

_NUMBERS: Final = {
    f'"^^<{iris.PREFIXES["xsd"]}{name}> .\n'.encode(): canonical
    for name, canonical in (("decimal", literals.decimal), ("double", literals.double))
}


@dataclass(frozen=True, slots=True)
class SubjectRange:
    """Subjects, `<IRI>` from `begin` to before `end`, and the place of their saved triples.

    `links` are the triples of links in this range, as N-Triples.
    """

    generation: Generation
    begin: str
    end: str
    figids: Sequence[str]
    pmcids: Sequence[str]
    links: bytes


def ranges(saved: SavedTriples, work: Path, spill: IO[bytes]) -> Iterator[SubjectRange]:
    """All subjects of a graph, in consecutive ranges.

    `work` and `spill` are for the triples of links, as in `sorting.buckets`.

    Raises:
        DamagedStoreError: the saved triples are damaged.

    """
    figures = sorted((f"<{iris.figure(figid)}", figid) for figid in saved.figids())
    papers = sorted((f"<{iris.paper(pmcid)}>", pmcid) for pmcid in saved.pmcids())
    inner = {subject for subject, _ in papers[_OTHERS::_OTHERS]}
    inner.update(_between([iri for iri, _ in figures]), saved.shared_subjects()[_OTHERS::_OTHERS])
    bounds = [_FIRST, *sorted(inner), _LAST]
    links = _links(saved, bounds[1:-1], work, spill)
    for begin, end, lines in zip(bounds[:-1], bounds[1:], links, strict=True):
        figids, pmcids = (_within(names, begin, end) for names in (figures, papers))
        yield SubjectRange(saved.generation, begin, end, figids, pmcids, lines)


def _between(figures: list[str]) -> Iterator[str]:
    """Figures at which a range can begin; `figures` are `<` and the IRI of each, in order.

    All subjects of a figure begin with its IRI. They are before those of the next figure, unless
    its IRI begins with this one.
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


def _within(names: list[tuple[str, str]], begin: str, end: str) -> list[str]:
    return [name for _, name in names[bisect_left(names, (begin,)) : bisect_left(names, (end,))]]


def _links(saved: SavedTriples, bounds: list[str], work: Path, spill: IO[bytes]) -> Iterator[bytes]:
    """The lines of links in each range."""
    links = work / "links.nt"
    if not saved.write_links(links):
        return iter([b""] * (len(bounds) + 1))
    return sorting.split(links, [bound.encode() for bound in bounds], spill)


def triples(subjects: SubjectRange) -> list[SubjectTriples]:
    """The triples of a range.

    Raises:
        DamagedStoreError: the saved triples are damaged.

    """
    with SavedTriples(subjects.generation) as saved:
        texts = [subjects.links, *saved.shared_triples(subjects.begin, subjects.end)]
        texts += map(saved.figure_triples, subjects.figids)
        texts += chain.from_iterable(map(saved.paper_triples, subjects.pmcids))
        found = sorting.by_subject(canonical(b"".join(texts)))
    # If a bad disk changed a name in the manifest, triples are missing or in a wrong range.
    begin, end = subjects.begin.encode(), subjects.end.encode()
    if found and not begin <= found[0].subject <= found[-1].subject < end:
        raise damaged()
    return found


def damaged() -> DamagedStoreError:
    """The error of saved triples that are not N-Triples, or are about other subjects."""
    return DamagedStoreError("what was saved of the graph's triples is damaged")


def canonical(text: bytes) -> bytes:
    """N-Triples of the mapping in the form of the graph: canonical, with numbers by value."""
    if len(text.translate(None, _CONTROLS)) != len(text):
        text = b"".join(map(_escaped, text.splitlines(keepends=True)))
    for end, number in _NUMBERS.items():
        if end in text:
            # Quotes and line ends are escaped in texts: the number is between the last quote and
            # this.
            *before, last = text.split(end)
            text = b"".join([_numbered(part, end, number) for part in before]) + last
    return text


def _escaped(line: bytes) -> bytes:
    if len(line.translate(None, _CONTROLS)) == len(line):
        return line
    return ox.serialize(ox.parse(line, format=_LINES), format=_LINES) or b""


def _numbered(part: bytes, end: bytes, number: Callable[[str], str]) -> bytes:
    at = part.rfind(b'"') + 1
    return part[:at] + number(part[at:].decode()).encode() + end
