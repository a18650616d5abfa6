"""Reads a user's list of genes: what it names, and what it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.link.gene_columns import GeneColumn, read_column
from pfocr_kg.names import lookup, resolving, unknown
from pfocr_kg.names.matches import How, Match
from pfocr_kg.records.organisms import species
from pfocr_kg.store.sparql import Answering

_NUMBER: Final = re.compile(r"([1-9][0-9]*)(?:\.0+)?")
"""An NCBI gene id, also as a spreadsheet or pandas writes it in a column with empty cells."""
_CURIE: Final = re.compile(r"(?:ncbigene|ncbi gene|entrez|geneid):\s?([1-9][0-9]*)", re.IGNORECASE)
_LONGEST_NAME: Final = 60
"""Characters; a longer text with blanks is a list and no name."""
_TAKES: Final = "It takes symbols and ids of genes of one organism: human, if none is chosen"

_OFFICIAL: Final = frozenset((How.IDENTIFIER, How.LABEL))

FindGenes = Callable[[Collection[str]], Mapping[str, Sequence[Match]]]
"""Returns the meanings of those names that have any: one, or several that are as good."""


@dataclass(frozen=True, slots=True)
class GeneList:
    """A user's genes, as NCBI gene id -> the user's word, and what else the list holds.

    `column` is the column of the table that was read, or "". `renamed` are words that the gene is
    not called by today, `same_gene` are words for one gene, `ambiguous` are those with several
    meanings, `other_organism` those of another organism's gene, `numbers` are numbers beside
    symbols, and `unknown` are words that no gene has.
    """

    genes: Mapping[str, str]
    column: str = ""
    renamed: Mapping[str, Match] = field(default_factory=dict)
    same_gene: Sequence[tuple[str, ...]] = ()
    ambiguous: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    other_organism: Mapping[str, Match] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_genes(
    given: str | Iterable[object],
    find: FindGenes,
    organism: str,
    column: str = "",
    *,
    what: str = "list",
) -> GeneList:
    """Read a list of genes of an organism (NCBI taxon number): a text, or one name per item.

    Names are symbols, other names and ids. Numbers are NCBI gene ids if the list holds no other
    name of a gene; beside names they need a prefix (`ncbigene:596`). Blanks separate
    names, but a name with blanks that is a gene as a whole ("TNF alpha") is one.
    `what` names the list in messages; a "background" need not have the column.

    Raises:
        QueryError: the list holds no gene, or no column of a table can be told.

    """
    optional = what == "background"
    text = given if isinstance(given, str) else "\n".join(map(str, given))
    listed = read_column(text, column, optional=optional)
    words, found = _words(listed, find)
    result = _sorted_out(words, found, listed.column, organism)
    if not words:
        raise QueryError(f"the {what} is empty", hint=_TAKES)
    if not result.genes:
        some = "; ".join(_with_meanings(word, found) for word in words[:5])
        raise QueryError(
            f"the {what} holds no known gene of the organism: {some}",
            hint=_TAKES,
        )
    return result


def _words(listed: GeneColumn, find: FindGenes) -> tuple[list[str], Mapping[str, Sequence[Match]]]:
    """The distinct names of a list in their order, and what they mean."""
    parts = {cell: list(_of_blanks(cell)) for cell in listed.cells}
    whole = [cell for cell, words in parts.items() if len(words) > 1 and len(cell) < _LONGEST_NAME]
    asked = dict.fromkeys(word for words in (*parts.values(), whole) for word in words)
    found = find([word for word in asked if not _id_of(word)])
    words: dict[str, None] = {}
    for cell, several in parts.items():
        known = all(_id_of(word) or word in found for word in several)
        one = not known and cell in whole and cell in found
        words.update(dict.fromkeys([cell] if one else several))
    return list(words), found


def _of_blanks(cell: str) -> Iterator[str]:
    yield from filter(None, (word.strip("\"'") for word in cell.split()))


def _id_of(word: str) -> str:
    """The NCBI gene id that a word is, or ""."""
    number = _NUMBER.fullmatch(word) or _CURIE.fullmatch(word)
    return number[1] if number else ""


def _sorted_out(
    words: Sequence[str], found: Mapping[str, Sequence[Match]], column: str, organism: str
) -> GeneList:
    genes: dict[str, list[str]] = {}
    renamed: dict[str, Match] = {}
    ambiguous: dict[str, tuple[Match, ...]] = {}
    other_organism: dict[str, Match] = {}
    numbers, unknown = [], []
    named = any(word in found and not _id_of(word) for word in words)
    for word in words:
        meanings = found.get(word, ())
        if _NUMBER.fullmatch(word) and named:
            numbers.append(word)
        elif identifier := _id_of(word):
            genes.setdefault(identifier, []).append(word)
        elif not meanings:
            unknown.append(word)
        elif len(meanings) > 1:
            ambiguous[word] = tuple(meanings)
        elif not _is_of(meanings[0], organism):
            other_organism[word] = meanings[0]
        else:
            genes.setdefault(meanings[0].identifier, []).append(word)
            if meanings[0].how not in _OFFICIAL:
                renamed[word] = meanings[0]
    return GeneList(
        {gene: _without_blanks(called[0], found) for gene, called in genes.items()},
        column,
        renamed,
        tuple(tuple(called) for called in genes.values() if len({*map(str.casefold, called)}) > 1),
        ambiguous,
        other_organism,
        tuple(numbers),
        tuple(unknown),
    )


def _with_meanings(word: str, found: Mapping[str, Sequence[Match]]) -> str:
    several = found.get(word, ())
    meanings = " or ".join(match.description for match in several[:5])
    if not several:
        return f"{word} is unknown"
    return f"{word} is {meanings}" if len(several) == 1 else f"{word} can be {meanings}"


def _without_blanks(word: str, found: Mapping[str, Sequence[Match]]) -> str:
    """A word as rows show it, where blanks separate genes."""
    return found[word][0].label if " " in word and word in found else word


def _is_of(match: Match, organism: str) -> bool:
    return species(match.taxon) == species(organism)


def gene_finder(store: Answering, organism: str) -> FindGenes:
    """Finds genes of an organism (NCBI taxon number) by the names that a store has for them.

    Words that were read off figures are no names here: they are often misread, and nobody looks at
    each name of a long list. A human gene that the store does not have is found by the bundled
    dictionary.
    """
    called = lookup.of_store(store).gene_finder(organism)
    is_human = organism == iris.HUMAN

    def meanings(name: str) -> Sequence[Match]:
        found = [match for match in called(name) if match.how is not How.WORD]
        best = resolving.best(found, organism)
        if is_human and not (best and best[0].how in _OFFICIAL):
            other = unknown.human_gene(name)
            better = other and not (best and other.how is How.ALIAS)
            if other and better and other.iri not in {match.iri for match in best}:
                return (other,)
        return best or found[:1]

    return lambda words: {word: found for word in words if (found := meanings(word))}
