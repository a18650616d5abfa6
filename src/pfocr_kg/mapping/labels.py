"""One label an entity, from all that the corpus calls it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pfocr_kg.model import Entity, Kind, Labelled
from pfocr_kg.source.dictionaries import Dictionaries


@dataclass(slots=True)
class _Seen:
    """One entity: in how many records, under which forms and, for a gene, organisms.

    `official` and `others` are what the dictionaries call it. A MeSH term can be a disease
    in one record and a chemical in another: it is both then, under one label.
    """

    entity: Entity
    kinds: set[Kind] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    organisms: Counter[str] = field(default_factory=Counter)
    official: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Names:
    """Counts in how many records each form of an entity's name stands.

    Its size grows with the number of different entities, not of records.
    """

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def add(self, names: Iterable[tuple[Entity, str]]) -> None:
        """Count what one record calls its entities: distinct (entity, form) pairs.

        A form of "" says only that the entity is there.
        """
        entities = set()
        for entity, form in names:
            entities.add(entity)
            if form:
                self._of(entity).forms[form] += 1
        for entity in entities:
            self._of(entity).organisms[entity.organism] += 1

    def _of(self, entity: Entity) -> _Seen:
        seen = self._seen.get(entity.iri)
        if seen is None:
            seen = self._seen[entity.iri] = _Seen(entity)
        seen.kinds.add(entity.kind)
        return seen

    def merge(self, other: Names) -> None:
        """Add the counts of another corpus."""
        for seen in other._seen.values():
            mine = self._of(seen.entity)
            mine.kinds |= seen.kinds
            mine.forms += seen.forms
            mine.organisms += seen.organisms
            mine.official = mine.official or seen.official
            mine.others = mine.others or seen.others

    def iris(self) -> Iterable[str]:
        """The entities counted."""
        return [iri for iri, seen in self._seen.items() if seen.organisms]

    def known(self) -> set[str]:
        """The entities counted or kept in mind."""
        return set(self._seen)

    def know(self, entities: Iterable[Entity]) -> None:
        """Keep in mind entities that no record names yet, for what `settle` says of them."""
        for entity in entities:
            self._of(entity)

    def only(self, iris: Iterable[str]) -> Names:
        """The counts of these entities alone."""
        chosen = Names()
        chosen._seen = {iri: self._seen[iri] for iri in iris}
        return chosen

    def settle(self, dictionaries: Dictionaries) -> None:
        """Note what dictionaries call the entities; what they do not know stays as it was.

        So a later build that adds to this one need not have the same dictionaries.
        """
        for seen in self._seen.values():
            seen.official = dictionaries.labels(_with_organism(seen)) or seen.official
            seen.others = dictionaries.other_labels(seen.entity) or seen.others

    def labelled(self) -> Iterator[Labelled]:
        """Every entity with its label, ordered by IRI; once for each kind that it is of.

        The label is the dictionaries' where they know one (among several, the one that most
        records use), else the form that most records use; ties go by code point. What nobody
        names is called by its identifier.
        """
        for iri in sorted(self._seen):
            seen = self._seen[iri]
            entity = _with_organism(seen)
            if entity.kind is Kind.PATHWAY:
                yield Labelled(entity, "")
                continue
            candidates = seen.official or tuple(seen.forms)
            label = min(candidates, key=_most_used(seen.forms), default=entity.identifier)
            others = {*seen.forms, *seen.official, *seen.others} - {label}
            human = entity.kind is Kind.GENE and bool(seen.official)
            for kind in sorted(seen.kinds, key=lambda kind: kind.value):
                one = replace(entity, kind=kind)
                yield Labelled(one, label, tuple(sorted(others)), label if human else "")

    def dump(self) -> Iterator[str]:
        """The counts as JSON lines, ordered by IRI; `load` reads them back."""
        for iri in sorted(self._seen):
            seen = self._seen[iri]
            entity = seen.entity
            kinds = sorted(kind.value for kind in seen.kinds)
            fields = [kinds, iri, entity.identifier, entity.same_as]
            counts = [dict(sorted(c.items())) for c in (seen.forms, seen.organisms)]
            yield json.dumps([*fields, *counts, seen.official, seen.others], ensure_ascii=False)

    @classmethod
    def load(cls, lines: Iterable[str]) -> Names:
        """Read what `dump` wrote."""
        names = cls()
        for line in lines:
            kinds, iri, identifier, same_as, forms, organisms, *known = json.loads(line)
            entity = Entity(Kind(kinds[0]), iri, identifier, same_as=same_as)
            names._seen[iri] = _Seen(
                entity,
                {Kind(kind) for kind in kinds},
                Counter(forms),
                Counter(organisms),
                *map(tuple, known),
            )
        return names


def _with_organism(seen: _Seen) -> Entity:
    """The entity with the one organism that most records give it; a gene has one only."""
    chosen = min(seen.organisms, key=_most_used(seen.organisms), default="")
    old = seen.entity
    return Entity(old.kind, old.iri, old.identifier, chosen, old.same_as)


def _most_used(counts: Counter[str]) -> Callable[[str], tuple[int, str]]:
    return lambda form: (-counts[form], form)
