"""All that a graph knows of one thing, whose name is given, and its triples."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg.errors import QueryError
from pfocr_kg.model import Level
from pfocr_kg.names import lookup, resolving
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query.about import (
    chemical,
    disease,
    figure,
    gene,
    html,
    organism,
    paper,
    pathway,
)
from pfocr_kg.query.about.subject import Part, Subject, bound
from pfocr_kg.query.bundled import Query, find
from pfocr_kg.query.execution import run
from pfocr_kg.query.results import Triples
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

LIMIT: Final = 10
"""Rows of a part that people see, unless they want another number."""

_OF_KIND: Final[dict[NamedKind, Callable[[Subject], dict[str, Any]]]] = {
    NamedKind.GENE: gene.about,
    NamedKind.DISEASE: disease.about,
    NamedKind.CHEMICAL: chemical.about,
    NamedKind.ORGANISM: organism.about,
    NamedKind.PATHWAY: pathway.about,
    NamedKind.PAPER: paper.about,
    NamedKind.FIGURE: figure.about,
}


@dataclass(frozen=True, slots=True, eq=False)
class About(Mapping[str, Any]):
    """What is known of a thing: `about["genes"]` is a fact, or a list with its count.

    `facts` are its own values, and `Part`s; docs/guides/show.md lists their keys. `linked` says
    whether the graph has links to pathways.
    """

    match: Match
    facts: dict[str, Any]
    linked: bool

    def as_dict(self) -> dict[str, Any]:
        """All of it, JSON-ready."""
        return {
            "kind": self.match.kind.value,
            "iri": self.match.iri,
            "identifier": self.match.identifier,
            "label": self.match.label,
            "linked": self.linked,
            **{k: v.as_dict() if isinstance(v, Part) else v for k, v in self.facts.items()},
        }

    def __getitem__(self, key: str) -> Any:
        return self.as_dict()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_dict())

    def __len__(self) -> int:
        return len(self.as_dict())

    def _repr_html_(self) -> str:
        return html.page(self.match, self.facts)


def resolved(
    store: Answering,
    name: str,
    kind: str | None,
    organism_name: str,
    on_note: Callable[[str], None],
) -> tuple[lookup.Names, Match]:
    """The names of a store, and the thing that a name means there; `on_note` is told which.

    Raises:
        QueryError: nothing, or several things alike, are called so, or the kind is unknown.

    """
    if kind is not None and kind not in tuple(NamedKind):
        raise QueryError(f"there is no kind {kind!r}", hint=f"Kinds are {', '.join(NamedKind)}")
    kinds = () if kind is None else (NamedKind(kind),)
    names = lookup.of_store(store)
    if names.slow:
        on_note(lookup.SLOW)
    resolution = resolving.resolve(names, name, kinds, organism_name)
    on_note(resolution.note)
    return names, resolution.match


def show(
    store: Answering,
    names: lookup.Names,
    match: Match,
    level: Level,
    limit: int | None = LIMIT,
    only: Collection[str] | None = None,
) -> About:
    """What is known of a thing, with the first `limit` rows of each part (all if None).

    With `only`, of parts and costly facts just those with these keys are made.
    """
    subject = Subject(store, names, match, level, limit)
    linked = subject.select("SELECT ?link { ?link a pfocr:PathwayLink } LIMIT 1")
    facts = {
        key: fact() if callable(fact) else fact
        for key, fact in _OF_KIND[match.kind](subject).items()
        if only is None or key in only or not callable(fact)
    }
    return About(match, facts, bool(linked))


def triples(store: Answering, match: Match) -> Triples:
    """The triples of a thing; of a figure with its paper, mentions, entities and links."""
    node = ox.NamedNode(match.iri)
    if match.kind is not NamedKind.FIGURE:
        return _constructed(store, f"CONSTRUCT {{ {node} ?p ?o }} WHERE {{ {node} ?p ?o }}")
    query = find("subgraph-of-figure")
    own = _constructed(store, bound(query, {"figure": match.iri}))
    links = f"?link pfocr:figure {node} ; ?p ?o"
    more = _constructed(store, f"{sparql.PROLOGUE}CONSTRUCT {{ ?link ?p ?o }} WHERE {{ {links} }}")
    return Triples(chain(own, more))


def _constructed(store: Answering, text: str) -> Triples:
    answer = run(store, Query("show", text))
    assert isinstance(answer, Triples)
    return answer
