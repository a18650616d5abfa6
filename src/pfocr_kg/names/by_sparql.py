"""The names of a graph without an index: an endpoint, or a patched store. Slower.

Candidates come from the bundled dictionaries and from labels in the store; their names are then
read and compared as those of the index are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind, Labelled
from pfocr_kg.names import entity_names, figure_text, folding
from pfocr_kg.names.index import Thing, ThingName
from pfocr_kg.names.lookup import (
    HOW,
    NEAR,
    identifier,
    local,
    order,
    paper_column,
    rank,
    with_and_without_ending,
)
from pfocr_kg.names.matches import KIND_OF, How, Match, NamedKind
from pfocr_kg.records.dictionaries import Dictionaries, bundled_diseases, bundled_organisms
from pfocr_kg.records.gene_dictionary import bundled_genes
from pfocr_kg.records.mesh_dictionary import bundled_mesh
from pfocr_kg.records.organisms import same_species
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_KINDS: Final = {KIND_OF[kind]: kind for kind in Kind}
_CLASSES: Final = {kind.value: kind for kind in Kind}
_MOST: Final = 200
"""Candidates that are looked at."""

_BARE: Final = r"""REPLACE(%s, "[^a-z0-9\u00a1-\ud7ff]", "")"""
"""A text without signs."""
_NAME: Final = "LCASE(STR(?name))"
_OWNED: Final = rf"""REPLACE({_NAME}, "['\u2019]s( |$)", "$1")"""
"""A name without possessive s."""

_CALLED: Final = """SELECT DISTINCT ?node WHERE {
  VALUES ?property { skos:prefLabel skos:altLabel dcterms:title dcterms:identifier }
  ?node ?property ?name ; a ?class . FILTER(?class IN (%s))
  FILTER(%s)
} LIMIT %d"""
_ABOUT: Final = """SELECT ?node ?class ?property ?value WHERE {
  VALUES ?node { %s }
  VALUES ?property {
    dcterms:identifier skos:prefLabel skos:altLabel dcterms:title skos:exactMatch pfocr:organism
    <http://vocabularies.wikipathways.org/wp#bdbEnsembl>
  }
  ?node a ?class ; ?property ?value
}"""
_GENES: Final = """SELECT ?node ?property ?value WHERE {
  VALUES ?organism { %s }
  VALUES ?property {
    dcterms:identifier skos:prefLabel pfocr:organism %s
    <http://vocabularies.wikipathways.org/wp#bdbEnsembl>
  }
  ?node a pfocr:Gene ; pfocr:organism ?organism ; ?property ?value
}"""
_COUNT: Final = """SELECT ?node (COUNT(DISTINCT ?figure) AS ?figures) WHERE {
  VALUES ?node { %s }
  VALUES ?way { pfocr:gene pfocr:chemical pfocr:disease pfocr:organism }
  ?figure ?way ?node
} GROUP BY ?node"""
_FIGURE: Final = """SELECT ?node ?id (MIN(?named) AS ?title) WHERE {
  { ?node dcterms:identifier ?id FILTER(LCASE(STR(?id)) IN (%(names)s)) }
  UNION { ?node pfocr:alias ?alias FILTER(LCASE(STR(?alias)) IN (%(names)s)) }
  UNION { ?node pfocr:fileName ?file FILTER(LCASE(STR(?file)) IN (%(names)s)) }
  UNION { ?node <http://xmlns.com/foaf/0.1/page> ?page FILTER(CONTAINS(STR(?page), %(page)s)) }
  ?node a pfocr:PathwayFigure ; dcterms:identifier ?id
  OPTIONAL { ?node dcterms:title ?named }
} GROUP BY ?node ?id ORDER BY ?id"""
_PAPER: Final = """SELECT ?node ?id (MIN(?named) AS ?title) (COUNT(DISTINCT ?figure) AS ?figures)
WHERE {
  ?node %s ?value FILTER(LCASE(STR(?value)) = %s)
  ?node dcterms:identifier ?id . ?figure dcterms:isPartOf ?node
  OPTIONAL { ?node dcterms:title ?named }
} GROUP BY ?node ?id ORDER BY ?id"""
_TITLES: Final = """SELECT ?figid ?title WHERE {
  ?figure a pfocr:PathwayFigure ; dcterms:identifier ?figid ; dcterms:title ?title
}"""
_TITLED: Final = """SELECT ?node ?id ?title WHERE {
  ?node a %s ; dcterms:identifier ?id ; dcterms:title ?title FILTER(%s)
} ORDER BY STRLEN(?title) ?id LIMIT %d"""
_CLASS: Final = {
    NamedKind.FIGURE: "pfocr:PathwayFigure",
    NamedKind.PAPER: "schema:ScholarlyArticle",
}


class QueriedNames:
    """The names of a store that answers SPARQL."""

    slow = True

    def __init__(self, store: Answering) -> None:
        self.store = store

    def matches(self, text: str, kinds: Collection[NamedKind] = ()) -> list[Match]:
        """All that is called so, best first."""
        asked = tuple(kinds) or tuple(NamedKind)
        text = folding.readable(text)
        found = list(self._things(text, asked)) if any(kind in _KINDS for kind in asked) else []
        if NamedKind.PAPER in asked and text:
            found += self._papers(text)
        if NamedKind.FIGURE in asked and text:
            found += self._figures(text)
        found += self._whole_titles(text, asked)
        return sorted(found, key=order)

    def _things(self, text: str, kinds: Sequence[NamedKind]) -> Iterator[Match]:
        name = identifier(text)
        keys = _texts(_spellings(name))
        forms = [f"{_BARE % form} IN ({keys})" for form in (_NAME, _OWNED)]
        same = " || ".join([f"{_NAME} = {_text(folding.cased(name))}", *forms])
        nodes = {*_known(name), *self._called(same, kinds)}
        yield from self._fitting(nodes, name, kinds)

    def _called(self, test: str, kinds: Sequence[NamedKind]) -> list[str]:
        classes = ", ".join(f"pfocr:{_KINDS[kind].value}" for kind in kinds if kind in _KINDS)
        if not classes:
            return []
        return [row["node"].value for row in self._rows(_CALLED % (classes, test, _MOST))]

    def _rows(self, question: str) -> Any:
        return sparql.rows(self.store, question)

    def _fitting(
        self, nodes: Iterable[str], name: str, kinds: Sequence[NamedKind]
    ) -> Iterator[Match]:
        """The best name of each node that fits the text."""
        keys, cased, folded = set(folding.keys(name)), folding.cased(name), folding.folded(name)
        entities = list(self._labelled(sorted(nodes)))
        figures = self._figures_of(labelled.entity.iri for labelled in entities)
        for labelled in entities:
            thing = entity_names.thing(labelled)
            count = figures.get(thing.iri, 0)
            matches = [
                _match(thing, named, count, cased, folded)
                for named in entity_names.names(labelled, _dictionaries())
                if named.key in keys
            ]
            if matches and NamedKind(thing.kind) in kinds:
                yield min(matches, key=rank)

    def gene_finder(self, organism: str) -> Callable[[str], list[Match]]:
        """A `matches` for many genes of one organism, whose names are read at once.

        Of human genes, the names are those of the dictionary and labels.
        """
        more = "" if organism == iris.HUMAN else "skos:altLabel"
        about: dict[str, dict[str, list[str]]] = {}
        taxa = sparql.values(map(iris.organism, same_species(organism)))
        for row in self._rows(_GENES % (taxa, more)):
            values = about.setdefault(row["node"].value, {})
            values.setdefault(iris.curie(row["property"].value), []).append(row["value"].value)
        called: dict[str, list[tuple[Thing, ThingName]]] = {}
        for node, found in about.items():
            labelled = _entity(node, Kind.GENE, found)
            for named in entity_names.names(labelled, _dictionaries()):
                called.setdefault(named.key, []).append((entity_names.thing(labelled), named))

        def find(text: str) -> list[Match]:
            name = identifier(text)
            cased, folded = folding.cased(name), folding.folded(name)
            fitting = [pair for key in folding.keys(name) for pair in called.get(key, ())]
            matches = [_match(thing, named, 0, cased, folded) for thing, named in fitting]
            best = {match.iri: match for match in sorted(matches, key=rank, reverse=True)}
            return sorted(best.values(), key=order)

        return find

    def _figures_of(self, nodes: Iterable[str]) -> dict[str, int]:
        values = sparql.values(nodes)
        found = self._rows(_COUNT % values) if values else ()
        return {row["node"].value: int(row["figures"].value) for row in found}

    def _labelled(self, nodes: Sequence[str]) -> Iterator[Labelled]:
        """The entities among these nodes, with their names, once for each class."""
        about: dict[tuple[str, str], dict[str, list[str]]] = {}
        for some in sparql.batches(nodes):
            for row in self._rows(_ABOUT % sparql.values(some)):
                properties = about.setdefault((row["node"].value, row["class"].value), {})
                values = properties.setdefault(iris.curie(row["property"].value), [])
                values.append(row["value"].value)
        for (node, kind), found in sorted(about.items()):
            name = kind.removeprefix(iris.PREFIXES["pfocr"])
            if name in _CLASSES:
                yield _entity(node, _CLASSES[name], found)

    def _figures(self, text: str) -> Iterator[Match]:
        name = local(text)
        names = set(with_and_without_ending(name.lower()))
        page = figure_text.page_key(text)
        page = page.replace("/", "/figure/") + "/" if page else "\n"
        for row in self._rows(_FIGURE % {"names": _texts(sorted(names)), "page": _text(page)}):
            title = row["title"].value if row["title"] else ""
            figid = row["id"].value
            yield Match(row["node"].value, NamedKind.FIGURE, title, figid, matched=text, figures=1)

    def _papers(self, text: str) -> Iterator[Match]:
        column, value = paper_column(text)
        if column not in ("pmcid", "doi"):
            return
        way = "dcterms:identifier" if column == "pmcid" else "prism:doi"
        for row in self._rows(_PAPER % (way, _text(value.lower()))):
            title = row["title"].value if row["title"] else ""
            number = int(row["figures"].value)
            place = (row["node"].value, NamedKind.PAPER, title, row["id"].value)
            yield Match(*place, matched=text, figures=number)

    def parts(self, text: str, kinds: Collection[NamedKind], limit: int) -> list[Match]:
        """What has all words of the text in a name or title."""
        test = _containing(text, "?name")
        asked = tuple(kinds) or tuple(NamedKind)
        if not test:
            return []
        found = [
            Match(*thing[:5], matched=thing.label, how=How.PART, figures=0)  # type: ignore[arg-type]
            for labelled in self._labelled(self._called(test, asked))
            if NamedKind((thing := entity_names.thing(labelled)).kind) in asked
        ]
        for kind in asked:
            if kind in _CLASS:
                found += self._titled(kind, _containing(text, "?title"), limit)
        found.sort(key=lambda match: (len(match.label), match.label, match.iri))
        return found if limit < 0 else found[:limit]

    def _whole_titles(self, text: str, kinds: Sequence[NamedKind]) -> Iterator[Match]:
        key, test = folding.folded(text), _containing(text, "?title")
        for kind in kinds:
            for match in self._titled(kind, test, -1) if kind in _CLASS and test else ():
                if folding.folded(match.label) == key:
                    yield replace(match, how=How.TITLE)

    def _titled(self, kind: NamedKind, test: str, limit: int) -> Iterator[Match]:
        for row in self._rows(_TITLED % (_CLASS[kind], test, _MOST if limit < 0 else limit)):
            title = row["title"].value
            place = (row["node"].value, kind, title, row["id"].value)
            yield Match(*place, matched=title, how=How.PART, figures=1)

    def near(self, text: str, kinds: Collection[NamedKind] = ()) -> list[Match]:
        """A few things that have the text in a name."""
        return self.parts(text, kinds, NEAR)

    def names_of(self, match: Match) -> list[tuple[How, str]]:
        """All names of an entity, in the order of `How`; none of a paper or figure."""
        found = {
            (named.how, named.name)
            for labelled in self._labelled([match.iri])
            if KIND_OF[labelled.entity.kind] is match.kind
            for named in entity_names.names(labelled, _dictionaries())
        }
        return [(HOW[how], name) for how, name in sorted(found)]

    def figures_of_genes(self, genes: Collection[str]) -> dict[str, int]:
        """How many figures draw each of these genes (IRIs), however it was read."""
        return self._figures_of(genes)

    def figure_titles(self) -> dict[str, str]:
        """The titles of all figures that have one, by figid."""
        return {row["figid"].value: row["title"].value for row in self._rows(_TITLES)}

    def is_linked(self) -> bool:
        """Whether the graph has pathways."""
        return bool(self._called("true", (NamedKind.PATHWAY,)))

    def has_pubmed_ids(self) -> bool:
        """True: without an index none could be known, whatever the graph is linked with."""
        return True


def _dictionaries() -> Dictionaries:
    return Dictionaries(bundled_genes(), bundled_diseases(), bundled_organisms())


def _known(name: str) -> Iterator[str]:
    """IRIs of what the bundled dictionaries, or the forms of identifiers, take a name for."""
    genes = bundled_genes()
    forms = {name, *folding.keys(name)}
    for form in forms:
        yield from map(iris.gene, genes.numbers_named(form))
    yield from map(iris.gene, genes.numbers_of_id(name))
    if name.isascii() and name.isdecimal():
        yield from (iris.gene(name), iris.organism(name))
    if re.match(r"[A-Za-z.]+:|https?://", name):
        curie = iris.expand(name)
        term = bundled_mesh().find(name.partition(":")[2]) or bundled_mesh().find_other(name)
        others = [iris.expand(term.other), iris.mesh(term.mesh)] if term else []
        yield from (iri for iri in (curie, *others) if _is_iri(iri))
    if name.upper().startswith("WP"):
        yield iris.pathway(name.upper())
    if organism := bundled_organisms().find(name):
        yield organism.iri
    for iri, names in bundled_diseases().others.items():
        if any(folding.folded(other) in forms for other in names):
            yield iri


def _is_iri(text: str) -> bool:
    try:
        return "://" in ox.NamedNode(text).value
    except ValueError:
        return False


def _entity(node: str, kind: Kind, found: dict[str, list[str]]) -> Labelled:
    identifiers = found.get("dcterms:identifier") or [iris.curie(node)]
    base = iris.PREFIXES["NCBITaxon"]
    taxon = next((iri.removeprefix(base) for iri in found.get("pfocr:organism", ())), "")
    labels = found.get("skos:prefLabel") or found.get("dcterms:title") or [""]
    ensembl = (iri.rpartition("/")[2] for iri in found.get("wp:bdbEnsembl", ()))
    dictionary = bundled_genes()
    of_gene = kind is Kind.GENE and dictionary.approved_symbols(identifiers[0])
    return Labelled(
        Entity(kind, node, min(identifiers), taxon),
        min(labels),
        tuple(sorted(set(found.get("skos:altLabel", ())) - set(labels))),
        min(labels) if of_gene else "",
        tuple(sorted(set(ensembl))),
        tuple(sorted(set(found.get("skos:exactMatch", ())))),
    )


def _match(thing: Thing, named: ThingName, figures: int, cased: str, folded: str) -> Match:
    return Match(
        *(thing.iri, NamedKind(thing.kind), thing.label, thing.identifier, thing.taxon),
        *(named.name, HOW[named.how], figures, _fold(named.name, cased, folded)),
    )


def _fold(name: str, cased: str, folded: str) -> int:
    return 0 if folding.cased(name) == cased else 1 + (folding.folded(name) != folded)


def _spellings(name: str) -> list[str]:
    """The keys of a name, also with Greek letters in place of their names."""
    found = set(folding.keys(name))
    for key in tuple(found):
        for letter, spelled in folding.GREEK.items():
            found |= {key.replace(spelled, letter)} if len(spelled) > 3 else set()
    return sorted(found)


def _containing(text: str, variable: str) -> str:
    """The test whether a text has all words; "" without words."""
    words = re.findall(r"[^\W_]+", folding.cased(text))
    return " && ".join(f"CONTAINS(LCASE(STR({variable})), {_text(word)})" for word in words)


def _text(text: str) -> str:
    return str(ox.Literal(text))


def _texts(texts: Iterable[str]) -> str:
    return ", ".join(map(_text, texts))
