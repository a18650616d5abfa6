"""Chooses figures: of a list, a search, an organism, a gene, a disease, a chemical or a pathway.

Subsets and networks are made of the figures of a choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, TypedDict

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import (
    AmbiguousNameError,
    NothingChosenError,
    QueryError,
    UnknownNameError,
)
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.names import lookup, resolving
from pfocr_kg.names.lookup import Names
from pfocr_kg.names.matches import Match, NamedKind, latin_name
from pfocr_kg.names.search import search
from pfocr_kg.records import organisms
from pfocr_kg.store.sparql import batches, rows, values
from pfocr_kg.store.subset import Store


@dataclass(frozen=True, slots=True)
class DiseaseSource:
    """Where the diseases of a figure come from.

    `property` leads from a figure to them. `of` stands between "diseases" and the figures, and
    `having` with a disease's label follows "figures".
    """

    property: str
    of: str
    having: str


NAMED: Final = "named"
DISEASE_SOURCES: Final[Mapping[str, DiseaseSource]] = {
    NAMED: DiseaseSource("pfocr:disease", "named by", "that name {}"),
    "keywords": DiseaseSource(
        "pfocr:diseaseKeyword", "among the keywords of", "with the keyword {}"
    ),
}
"""Where diseases come from, by the name that users give."""


_FIGURES: Final = "SELECT ?figure WHERE { VALUES ?figure { %s } ?figure a pfocr:PathwayFigure }"
_HAVING: Final = """SELECT DISTINCT ?figure WHERE {
  VALUES ?node { %s }
  ?figure a pfocr:PathwayFigure ; %s ?node
}"""
_ORGANISMS: Final = "SELECT ?node WHERE { ?node a pfocr:Organism }"
_OF_PATHWAY: Final = """SELECT DISTINCT ?figure WHERE {
  VALUES ?node { %s }
  { ?figure pfocr:relatedPathway ?node } UNION { ?link pfocr:pathway ?node ; pfocr:figure ?figure }
}"""
_READ: Final = {Level.SYMBOL: " by its symbol", Level.UNAMBIGUOUS: " unambiguously", Level.ANY: ""}
_COMMENT: Final = re.compile(r"(^|\s)#.*")


class FigureConditions(TypedDict, total=False):
    """The fields of a `FigureChoice` as keyword arguments."""

    figures: Sequence[str] | None
    search: str | None
    organism: str | None
    gene: str | None
    disease: str | None
    disease_from: str
    chemical: str | None
    pathway: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChoice:
    """Conditions for figures; a figure of the choice meets all that are given.

    - `figures`: the lines of a list. A line holds a figid, alias, file name or IRI of a figure; it
      may be empty, and `#` begins a comment.
    - `search`: words and quoted phrases, all of which the texts of a figure have.
    - `organism`: a name or NCBI taxon; a strain counts as its species.
    - `gene`, `chemical`: its name or id; figures draw it.
    - `disease`: its name or id. `disease_from` tells whether figures name it, or have it among
      their keywords.
    - `pathway`: its title or WikiPathways id. A figure belongs to it if a record relates them, or a
      link joins them.

    Raises:
        QueryError: `disease_from` is unknown.

    """

    figures: Sequence[str] | None = None
    search: str | None = None
    organism: str | None = None
    gene: str | None = None
    disease: str | None = None
    disease_from: str = NAMED
    chemical: str | None = None
    pathway: str | None = None

    def __post_init__(self) -> None:
        if self.disease_from not in DISEASE_SOURCES:
            hint = "One of " + ", ".join(DISEASE_SOURCES)
            raise QueryError(f"unknown source of diseases {self.disease_from!r}", hint=hint)

    def __bool__(self) -> bool:
        conditions = {field.name for field in fields(self)} - {"disease_from"}
        return any(getattr(self, name) is not None for name in conditions)


@dataclass(frozen=True, slots=True)
class ChosenFigures:
    """Figures (IRIs) in order, the conditions that they meet in words, and what names meant."""

    figures: tuple[str, ...]
    about: str
    gene: Match | None = None
    disease: Match | None = None
    chemical: Match | None = None
    pathway: Match | None = None


def choose(
    store: Store,
    choice: FigureChoice,
    on_note: Callable[[str], None] = lambda _: None,
    *,
    organism_of_names: str = "",
    level: Level = Level.ANY,
) -> ChosenFigures:
    """The figures that meet all conditions of a choice, which has one at least.

    Figures draw a gene as the `level` says.

    `on_note` is called with what a name was taken for, and with each line of a list that names no
    figure. `organism_of_names`, by default the organism of the choice, is that of a gene or
    pathway whose name other organisms have too.

    Raises:
        QueryError: a name is unknown or can mean several things, or no figure meets all conditions.

    """
    names = lookup.of_store(store)
    if names.slow and not choice.search:
        on_note(lookup.SLOW)

    def meant(text: str | None, kind: NamedKind) -> Match | None:
        if text is None:
            return None
        found = resolving.resolve(names, text, [kind], organism_of_names or choice.organism or "")
        on_note(found.note)
        return found.match

    gene = meant(choice.gene, NamedKind.GENE)
    disease = meant(choice.disease, NamedKind.DISEASE)
    chemical = meant(choice.chemical, NamedKind.CHEMICAL)
    pathway = meant(choice.pathway, NamedKind.PATHWAY)
    conditions = [
        *_of_texts(store, choice, names, on_note),
        *_of_entities(store, choice, disease, pathway),
    ]
    for drawn, name in ((gene, LEVEL_PROPERTIES[level]), (chemical, "chemical")):
        if drawn is not None:
            found = _figures(store, _HAVING % (values([drawn.iri]), f"pfocr:{name}"))
            conditions.append((_drawing(drawn), found))
    figures = set.intersection(*(found for _, found in conditions))
    if not figures:
        raise _none(store, choice, conditions, disease, gene, level)
    about = "figures " + ", ".join(having for having, _ in conditions)
    return ChosenFigures(tuple(sorted(figures)), about, gene, disease, chemical, pathway)


def _drawing(thing: Match) -> str:
    return f"that draw {thing.label} ({iris.curie(thing.iri)})"


_Condition = tuple[str, set[str]]
"""A condition, as words that follow "figures", and the figures that meet it."""


def _of_texts(
    store: Store, choice: FigureChoice, names: Names, on_note: Callable[[str], None]
) -> Iterator[_Condition]:
    """The conditions of a list and of a search, if they are given."""
    if choice.figures is not None:
        yield "of the list", _listed(store, names, choice.figures, on_note)
    if choice.search is not None:
        hits = search(store, choice.search, limit=None, on_note=on_note).hits
        yield f"with the words {choice.search!r}", {iris.figure(hit.figure) for hit in hits}


def _of_entities(
    store: Store, choice: FigureChoice, disease: Match | None, pathway: Match | None
) -> Iterator[_Condition]:
    """The conditions of an organism, a disease and a pathway, if they are given."""
    if choice.organism is not None:
        taxon = organisms.species(organisms.taxon(choice.organism))
        label = f"{latin_name(taxon)} (NCBITaxon:{taxon})"
        yield f"of {label}", _of_organism(store, taxon)
    if disease is not None:
        source = DISEASE_SOURCES[choice.disease_from]
        found = _figures(store, _HAVING % (values([disease.iri]), source.property))
        yield source.having.format(f"{disease.label} ({disease.identifier})"), found
    if pathway is not None:
        found = _figures(store, _OF_PATHWAY % values([pathway.iri]))
        yield f"of the pathway {pathway.label} ({pathway.identifier})", found


def _figures(store: Store, question: str) -> set[str]:
    return {row["figure"].value for row in rows(store, question)}


def _of_organism(store: Store, taxon: str) -> set[str]:
    """The figures of a species and its strains."""
    base = iris.organism("")
    nodes = (row["node"].value for row in rows(store, _ORGANISMS))
    strains = [node for node in nodes if organisms.species(node.removeprefix(base)) == taxon]
    return _figures(store, _HAVING % (values(strains), "pfocr:organism"))


def _listed(
    store: Store, names: Names, lines: Sequence[str], on_note: Callable[[str], None]
) -> set[str]:
    """The figures of a list; lines that name none are reported."""
    texts = {number: _COMMENT.sub("", line).strip() for number, line in enumerate(lines, 1)}
    texts = {number: text for number, text in texts.items() if text}
    # Most lists hold ids: those are asked for together, and only other names one by one.
    by_id = {number: _iri(text) for number, text in texts.items()}
    found: set[str] = set()
    for batch in batches(sorted({iri for iri in by_id.values() if iri})):
        found |= _figures(store, _FIGURES % values(batch))
    for number, text in texts.items():
        if by_id[number] not in found:
            try:
                found.add(resolving.resolve(names, text, [NamedKind.FIGURE]).match.iri)
            except (UnknownNameError, AmbiguousNameError) as error:
                on_note(f"line {number} of the list: {error}")
    return found


def _iri(text: str) -> str:
    """The IRI of a figure, if the text is its figid, CURIE or IRI."""
    if ":" not in text:
        return iris.figure(text)
    try:
        return ox.NamedNode(iris.expand(text.strip("<>"))).value
    except ValueError:
        return ""


def _none(
    store: Store,
    choice: FigureChoice,
    conditions: Sequence[_Condition],
    disease: Match | None,
    gene: Match | None,
    level: Level,
) -> NothingChosenError:
    """The error of a choice that no figure meets, with what is near."""
    if gene is not None:
        read = {_drawing(gene): f"{_drawing(gene)}{_READ[level]}"}
        conditions = [(read.get(having, having), found) for having, found in conditions]
    counts = [f"{len(found):,} {having}" for having, found in conditions if found]
    unmet = [having for having, found in conditions if not found]
    hints = [f"Figures: {'; '.join(counts)}"] if counts else []
    for name, source in DISEASE_SOURCES.items():
        if disease is not None and name != choice.disease_from:
            found = _figures(store, _HAVING % (values([disease.iri]), source.property))
            hints += [f"--disease-from {name} finds {len(found):,}"] if found else []
    if gene is not None and level is not Level.ANY:
        found = _figures(store, _HAVING % (values([gene.iri]), "pfocr:gene"))
        hints += [f"--level any finds {len(found):,} that draw {gene.label}"] if found else []
    message = (
        f"there are no figures {', '.join(unmet)}" if unmet else "no figure meets all conditions"
    )
    return NothingChosenError(message, hint="; ".join(hints))
