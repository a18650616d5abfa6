"""Counts the triples of documents, without reading them back."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pfocr_kg import iris
from pfocr_kg.rdf.context import compiled
from pfocr_kg.rdf.counts import Counts
from pfocr_kg.rdf.document import Node
from pfocr_kg.rdf.linksets import LINKING, target_of

_TYPE: Final = iris.PREFIXES["rdf"] + "type"
_LINKING: Final = frozenset(LINKING)


class Tally:
    """Counts documents of which each has a subject of its own, and no node inside it.

    Their triples add up then: none is given twice.
    """

    def __init__(self) -> None:
        terms = compiled().terms
        self._keys: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._objects: dict[str, Counter[str]] = {
            key: Counter() for key, term in terms.items() if term.predicate in _LINKING
        }

    def add(self, node: Node) -> None:
        """Count a document's triples."""
        keys, objects = self._keys, self._objects
        for key, value in node.items():
            if isinstance(value, str):
                keys[key] += 1
                if key in objects:
                    objects[key][value] += 1
            else:
                keys[key] += len(value)
                if key in objects:
                    objects[key].update(value)
        self._kinds[node["type"]] += 1

    def counts(self) -> Counts:
        """The counts of all of them."""
        context, counts = compiled(), Counts()
        for kind, often in self._kinds.items():
            counts.classes[context.classes[kind]] += often
        for key, often in self._keys.items():
            if key not in ("id", "type"):
                counts.properties[context.terms[key].predicate] += often
        counts.properties[_TYPE] += self._kinds.total()
        for key, objects in self._objects.items():
            for iri, often in objects.items():
                if target := target_of(iri):
                    counts.links[target.key, context.terms[key].predicate] += often
        return counts
