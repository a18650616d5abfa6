"""What a description says of classes: their properties, and what these lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.rdf.counts import Ask, GraphCounts
from pfocr_kg.rdf.dataset_facts import Fact, key_of, node_of


def of_classes(counts: GraphCounts, ask: Ask) -> Iterator[Fact]:
    """Of each class the properties, and of these the datatypes and classes of their objects.

    As https://github.com/JervenBolleman/void-generator nests them, with its terms.
    """
    nodes = {iri: f"class-{key_of(iri, n)}" for n, iri in enumerate(sorted(+counts.classes))}
    found = sorted((+counts.partitions).items())
    for (iri, predicate), of_property in groupby(found, key=lambda row: row[0][:2]):
        if iri not in nodes:
            continue
        kinds = {kind: triples for (_, _, kind), triples in of_property}
        key = f"{nodes[iri]}-{key_of(predicate, 0)}"
        yield nodes[iri], "void:propertyPartition", node_of(key)
        yield key, "void:property", ox.NamedNode(predicate)
        yield key, "void:triples", sum(kinds.values())
        for datatype in kinds.keys() - {""}:
            node = f"{key}-{key_of(datatype, 0)}"
            yield key, "void-ext:datatypePartition", node_of(node)
            yield node, "void-ext:datatype", ox.NamedNode(datatype)
            yield node, "void:triples", kinds[datatype]
        for of_object, classes in sorted(_expected(iri, predicate).items()) if "" in kinds else ():
            if classes[0] in nodes and ask(_leads_to(iri, predicate, classes)):
                node = f"{key}-{key_of(of_object, 0)}"
                yield key, "void:classPartition", node_of(node)
                yield node, "void:class", ox.NamedNode(of_object)


def _leads_to(iri: str, predicate: str, classes: Iterable[str]) -> str:
    """The question whether any object of a property has these classes, which are rare together.

    A join would read all members of `iri` before it looks at the first object.
    """
    first, *more = (f"?o a <{each}>" for each in classes)
    wanted = [*more, f"?s <{predicate}> ?o FILTER EXISTS {{ ?s a <{iri}> }}"]
    return f"ASK {{ {first} {' '.join(f'FILTER EXISTS {{ {each} }}' for each in wanted)} }}"


def _expected(iri: str, predicate: str) -> dict[str, tuple[str, ...]]:
    """Classes of objects by the shapes and the vocabulary -> all classes of such objects.

    Only chemicals and diseases can be both.
    """
    ranges = (of for about, path, of in _ranges() if path == predicate and about in ("", iri))
    found: dict[str, tuple[str, ...]] = {of: (of,) for of in ranges}
    chemical, disease = iris.expand("pfocr:Chemical"), iris.expand("pfocr:Disease")
    for one, other in ((chemical, disease), (disease, chemical)):
        if one in found:
            found.setdefault(other, (chemical, disease))  # there are fewer chemicals
    return found


@cache
def _ranges() -> list[tuple[str, str, str]]:
    """(Class of the subject, "" if any; predicate; class of the object)."""
    store = ox.Store()
    for name in ("shapes.ttl", "pfocr.ttl"):
        store.bulk_load(path=resources.ontology(name))
    rows: Any = store.query(_RANGES)
    return [(about.value if about else "", path.value, of.value) for about, path, of in rows]


_RANGES: Final = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?about ?path ?of {
  { ?path rdfs:range ?of }
  UNION  # a figure from which a pathway was drawn need not be in the graph: no shape asks for it
  { VALUES (?about ?path ?of) { (pfocr:Pathway prov:wasDerivedFrom pfocr:PathwayFigure) } }
  UNION
  { [] sh:targetClass ?about ; sh:property ?property .
    ?property sh:path ?path ; (sh:or/rdf:rest*/rdf:first)?/sh:class ?of . }
}"""
