"""Resolves a name to the one thing that it means, in the order that docs/guides/names.md gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pfocr_kg import iris
from pfocr_kg.errors import AmbiguousNameError, without_middle
from pfocr_kg.names import figure_words, unknown
from pfocr_kg.names.folding import readable
from pfocr_kg.names.lookup import Names, rank
from pfocr_kg.names.matches import How, Match, NamedKind, common_name, listed
from pfocr_kg.records.gene_dictionary import bundled_genes
from pfocr_kg.records.organisms import species, taxon


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name was taken for; `others` are further meanings, of other organisms or kinds."""

    asked: str
    match: Match
    others: tuple[Match, ...] = ()

    @property
    def note(self) -> str:
        """One line for the user, as in "stat3: STAT3, human gene 6774; also of mouse and rat"."""
        note = f"{self.asked}: {self.match.description}"
        if self.match.how is How.WORD:
            note += f" (read as {self.match.matched!r} in figures)"
        own = (self.match.kind, self.match.taxon)
        near = [m for m in self.others if not m.taxon or m.kind is not own[0] or m.taxon == own[1]]
        far = list(dict.fromkeys(common_name(m.taxon) for m in self.others if m not in near))
        also = [listed(near)] if near else []
        if far:
            far = far if len(far) < 4 else [*far[:2], f"{len(far) - 2} more organisms"]
            also.append("of " + " and ".join([", ".join(far[:-1]), far[-1]][not far[1:] :]))
        return without_middle(f"{note}; also {', and '.join(also)}" if also else note)


def resolve(
    names: Names, text: str, kinds: Collection[NamedKind], organism: str = ""
) -> Resolution:
    """The thing that a name means.

    Of genes and pathways, those of `organism` (a name or taxon) count; else human ones, else
    those of the organism that most figures draw. Then the first in the order of names counts;
    of things of several kinds, the others are named.

    Raises:
        UnknownNameError: nothing is called so; the message says what is near.
        AmbiguousNameError: several things of a kind have the name alike, or it is no symbol of
            today and no figure draws what it names, but figures have the word for other genes,
            or draw the human gene of the same symbol; the message lists them.
        QueryError: the organism is unknown.

    """
    text = readable(text)
    found = names.matches(text, kinds)
    meant = best(found, organism)
    if read := read_instead(names, text, kinds, organism, meant):
        raise AmbiguousNameError(
            f"in figures, {text!r} stands for {listed(read, ' or ')}",
            hint=f"{listed(meant)} is called so, too, but no figure has it" if meant else "",
        )
    if not meant:
        raise unknown.error(names, text, kinds, found)
    first = meant[0]
    if not organism and (drawn := drawn_human_gene(names, meant)):
        raise AmbiguousNameError(
            f"{text!r} is a name of {first.description} only, which no figure draws",
            hint=f"Figures draw {drawn.description}. Give the symbol or id of what is meant",
        )
    if len(alike := [match for match in meant if match.kind is first.kind]) > 1:
        raise _ambiguous(text, alike)
    others = [m for m in found if m.iri != first.iri and _is_rival(m, first)]
    return Resolution(text, first, tuple(others))


def read_instead(
    names: Names, text: str, kinds: Collection[NamedKind], organism: str, meant: Sequence[Match]
) -> list[Match]:
    """Genes that figures have a word for, if all that has it as a name is in no figure.

    Families have no page: STAT is an older symbol of SOAT1, but figures have it for STAT1, STAT3
    and others. An id, and a symbol or label of today, mean what they name all the same.
    """
    is_gene = not kinds or NamedKind.GENE in kinds
    is_known = any(match.figures or _is_of_today(match, organism) for match in meant)
    if not is_gene or is_known or not (meant or unknown.human_gene(text)):
        return []
    return _of_organism(figure_words.genes(names.store, text), organism)


def drawn_human_gene(names: Names, meant: Sequence[Match]) -> Match | None:
    """The human gene in figures that has the symbol of what is meant: a gene that is in none.

    The dictionary of human genes has few names of proteins, that of mouse genes has caspase-8.
    """
    for one in meant:
        is_far = one.kind is NamedKind.GENE and one.taxon not in ("", iris.HUMAN)
        if not is_far or one.figures or one.how in (How.IDENTIFIER, How.LABEL):
            return None
    for one in meant:
        for match in names.matches(one.label, (NamedKind.GENE,)):
            if match.taxon == iris.HUMAN and match.how is How.LABEL and match.figures:
                return match
    return None


def _is_of_today(match: Match, organism: str) -> bool:
    is_expected = organism or match.taxon in ("", iris.HUMAN)
    return match.how is How.IDENTIFIER or (match.how is How.LABEL and bool(is_expected))


def best(found: list[Match], organism: str = "") -> list[Match]:
    """The first of what a name means, for this organism; several if none comes before the others.

    A human gene comes before its copies on alternative assemblies, which are called the same, and
    what figures have before what only pathways have.
    """
    of_organism = _of_organism(found, organism)
    first = {m.iri: m for m in reversed(of_organism) if _place(m) == _place(of_organism[0])}
    alike = [*first.values()][::-1]
    if len(alike) > 1:
        own = {bundled_genes().by_symbol.get(match.matched) for match in alike}
        copies = [m for m in alike if m.kind is NamedKind.GENE and m.taxon == iris.HUMAN]
        if any(match.identifier in own for match in copies):
            alike = [m for m in alike if m not in copies or m.identifier in own]
    return [match for match in alike if match.figures] or alike


def _place(match: Match) -> tuple[object, ...]:
    return (match.how is How.WORD, *rank(match))


def _is_rival(match: Match, first: Match) -> bool:
    """Whether a meaning is worth a word: of another kind, or as surely called so as the first."""
    same = match.fold == 0 or match.kind is not first.kind
    return _place(match) <= _place(first) or (match.how is not How.WORD and same)


def _of_organism(found: list[Match], organism: str) -> list[Match]:
    if organism:
        wanted = species(taxon(organism))
        return [m for m in found if not m.taxon or species(m.taxon) == wanted]
    if not found or found[0].taxon in ("", iris.HUMAN) or found[0].how is How.IDENTIFIER:
        return [m for m in found if not found[0].taxon or m.taxon in ("", found[0].taxon)]
    # No human meaning: `found` holds the best names first, of all organisms.
    most = max(found, key=lambda match: (match.how is not How.WORD, match.figures))
    return [m for m in found if m.taxon in ("", most.taxon)]


def _ambiguous(text: str, best: list[Match]) -> AmbiguousNameError:
    return AmbiguousNameError(
        f"{text!r} can mean {listed(best, ' or ')}",
        hint="Give the one that is meant by its name or id",
    )
