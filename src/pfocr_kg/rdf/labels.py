"""One label an entity, from all that the corpus calls it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pfocr_kg.errors import DamagedStoreError
from pfocr_kg.model import Entity, Kind, Labelled
from pfocr_kg.records.dictionaries import Dictionaries


@dataclass(slots=True)
class _Seen:
    """One entity: in how many records, under which forms and, for a gene, organisms.

    `official` and `others` are what the dictionaries call it. A MeSH term can be a disease
    in one record and a chemical in another: it is both then, under one label.
    """

    entity: Entity
    kinds: dict[Kind, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    organisms: dict[str, int] = field(default_factory=dict)
    official: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class NameCounts:
    """Counts in how many records each form of an entity's name stands.

    Its size grows with the number of different entities, not of records.
    """

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        # Lines of a dump that nobody has asked for: an update touches few of them.
        self._lines: dict[str, str] = {}

    def add(self, names: Iterable[tuple[Entity, str]]) -> None:
        """Count what one record calls its entities: distinct (entity, form) pairs.

        A form of "" says only that the entity is there.
        """
        self._count(names, 1)

    def remove(self, names: Iterable[tuple[Entity, str]]) -> None:
        """Take back what `add` counted of a record."""
        names = list(names)
        self._count(names, -1)
        for entity in {entity.iri: entity for entity, _ in names}.values():
            seen = self._of(entity)
            for counts in (seen.kinds, seen.forms, seen.organisms):
                _drop_zeros(counts)
            if not (seen.organisms or seen.official):
                del self._seen[entity.iri]

    def _count(self, names: Iterable[tuple[Entity, str]], one: int) -> None:
        # In plain dictionaries: a `Counter` takes ten times as long to make, and most entities
        # of a batch are its first.
        entities = set()
        for entity, form in names:
            entities.add(entity)
            if form:
                forms = self._of(entity).forms
                forms[form] = forms.get(form, 0) + one
        for entity in entities:
            seen = self._of(entity)
            seen.kinds[entity.kind] = seen.kinds.get(entity.kind, 0) + one
            seen.organisms[entity.organism] = seen.organisms.get(entity.organism, 0) + one

    def _of(self, entity: Entity) -> _Seen:
        seen = self._get(entity.iri)
        if seen is None:
            seen = self._seen[entity.iri] = _Seen(entity)
        return seen

    def _get(self, iri: str) -> _Seen | None:
        if iri in self._lines:
            self._seen[iri] = _read(self._lines.pop(iri))
        return self._seen.get(iri)

    def _all(self) -> dict[str, _Seen]:
        for iri in list(self._lines):
            self._get(iri)
        return self._seen

    def merge(self, other: NameCounts) -> None:
        """Add the counts of another corpus."""
        for seen in other._all().values():
            mine = self._of(seen.entity)
            _sum(mine.kinds, seen.kinds)
            _sum(mine.forms, seen.forms)
            _sum(mine.organisms, seen.organisms)
            mine.official = mine.official or seen.official
            mine.others = mine.others or seen.others

    def iris(self) -> Iterable[str]:
        """The entities counted."""
        return [iri for iri, seen in self._all().items() if seen.organisms]

    def known(self) -> set[str]:
        """The entities counted or kept in mind."""
        return {*self._seen, *self._lines}

    def know(self, entities: Iterable[Entity]) -> None:
        """Keep in mind entities that no record names yet, for what `settle` says of them."""
        for entity in entities:
            self._of(entity)

    def only(self, iris: Iterable[str]) -> NameCounts:
        """The counts of those of these entities that are counted; shared, not copied."""
        chosen = NameCounts()
        known = ((iri, self._get(iri)) for iri in iris)
        chosen._seen = {iri: seen for iri, seen in known if seen and seen.organisms}
        return chosen

    def settle(self, dictionaries: Dictionaries, iris: Iterable[str] | None = None) -> None:
        """Note what dictionaries call these entities, or all; the unknown stay as they were.

        So a later build that adds to this one need not have the same dictionaries.
        """
        for iri in self._all() if iris is None else iris:
            if seen := self._get(iri):
                seen.official = dictionaries.labels(_with_organism(seen)) or seen.official
                seen.others = dictionaries.other_labels(seen.entity) or seen.others

    def labelled(self) -> Iterator[Labelled]:
        """Every entity with its label, ordered by IRI; once for each kind that it is of.

        The label is the dictionaries' where they know one (among several, the one that most
        records use), else the form that most records use; ties go by code point. What nobody
        names is called by its identifier.
        """
        for _, seen in sorted(self._all().items()):
            entity = _with_organism(seen)
            if entity.kind is Kind.PATHWAY:
                yield Labelled(entity, "")
                continue
            candidates = seen.official or tuple(seen.forms)
            label = min(candidates, key=_most_used(seen.forms), default=entity.identifier)
            others = {*seen.forms, *seen.official, *seen.others} - {label}
            human = entity.kind is Kind.GENE and bool(seen.official)
            for kind in sorted(seen.kinds or {entity.kind}, key=lambda kind: kind.value):
                one = entity._replace(kind=kind)
                yield Labelled(one, label, tuple(sorted(others)), label if human else "")

    def __getstate__(self) -> list[tuple[Any, ...]]:
        # Texts and numbers only: pickling an object for each entity would take as long as
        # half of the mapping.
        return [
            (
                *(e.kind.value, e.iri, e.identifier, e.organism, e.same_as),
                {kind.value: n for kind, n in seen.kinds.items()},
                *(seen.forms, seen.organisms, seen.official, seen.others),
            )
            for seen in self._all().values()
            for e in (seen.entity,)
        ]

    def __setstate__(self, state: list[tuple[Any, ...]]) -> None:
        self._seen, self._lines = {}, {}
        for kind, iri, identifier, organism, same_as, kinds, forms, organisms, *known in state:
            self._seen[iri] = _Seen(
                Entity(Kind(kind), iri, identifier, organism, same_as),
                {Kind(k): n for k, n in kinds.items()},
                forms,
                organisms,
                *known,
            )

    def dump(self) -> Iterator[str]:
        """The counts as JSON lines, ordered by IRI; `load` reads them back."""
        for iri in sorted(self.known()):
            yield self._lines.get(iri) or _write(self._seen[iri])

    @classmethod
    def load(cls, lines: Iterable[str]) -> NameCounts:
        """Take what `dump` wrote; a line is read when its entity is asked for.

        Raises:
            NamesError: a line has not the form of one; of what is within, when it is read.

        """
        names = cls()
        for line in lines:
            _, _, rest = line.partition('", "')
            iri, _, _ = rest.partition('"')
            if not iri or not line.endswith("]"):
                raise NamesError
            names._lines[iri] = line
        return names


class NamesError(DamagedStoreError):
    """The names that an earlier build counted are damaged."""

    def __init__(self) -> None:
        super().__init__("the names of the store's entities are damaged")


def _write(seen: _Seen) -> str:
    entity = seen.entity
    fields = [entity.kind.value, entity.iri, entity.identifier, entity.same_as]
    kinds = {kind.value: n for kind, n in seen.kinds.items()}
    counts = [dict(sorted(c.items())) for c in (kinds, seen.forms, seen.organisms)]
    return json.dumps([*fields, *counts, seen.official, seen.others], ensure_ascii=False)


def _read(line: str) -> _Seen:
    try:
        kind, iri, identifier, same_as, kinds, forms, organisms, *known = json.loads(line)
        return _Seen(
            Entity(Kind(kind), iri, identifier, same_as=same_as),
            {Kind(kind): n for kind, n in kinds.items()},
            forms,
            organisms,
            *map(tuple, known),
        )
    except (ValueError, TypeError, AttributeError):
        raise NamesError from None


_KINDS: Final = {kind: kind.value for kind in Kind}


def to_line(names: Iterable[tuple[Entity, str]]) -> str:
    """What a record calls its entities as one line of JSON; `from_line` reads it back."""
    found = [(_KINDS[entity.kind], *entity[1:], form) for entity, form in names]
    return json.dumps(found)


def from_line(line: str | bytes) -> tuple[tuple[Entity, str], ...]:
    """The names of a line that `to_line` wrote."""
    return tuple((Entity(Kind(kind), *entity), form) for kind, *entity, form in json.loads(line))


def _sum(counts: dict[Any, int], more: Mapping[Any, int]) -> None:
    for key, n in more.items():
        counts[key] = counts.get(key, 0) + n


def _drop_zeros(counts: dict[Any, int]) -> None:
    for key in [key for key, n in counts.items() if n <= 0]:
        del counts[key]


def _with_organism(seen: _Seen) -> Entity:
    """The entity with the one organism that most records give it; a gene has one only."""
    chosen = min(seen.organisms, key=_most_used(seen.organisms), default="")
    old = seen.entity
    return Entity(old.kind, old.iri, old.identifier, chosen, old.same_as)


def _most_used(counts: Mapping[str, int]) -> Callable[[str], tuple[int, str]]:
    return lambda form: (-counts.get(form, 0), form)
