"""One label for each entity, from all names that the corpus and the dictionaries give it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pfocr_kg.errors import DamagedStoreError
from pfocr_kg.model import Entity, Kind, Labelled, Name, Use
from pfocr_kg.records.dictionaries import Dictionaries

# The names of members, and members by name: `kind.value` and `Kind(name)` are slow.
_KINDS: Final = {kind: kind.value for kind in Kind}
_USES: Final = {use: use.value for use in Use}
_KIND_OF: Final = {kind.value: kind for kind in Kind}
_USE_OF: Final = {use.value: use for use in Use}

_NAMES: Final = (Use.MATCH, Use.NAME, Use.WORD)

_LOCANT: Final = re.compile(r"(?<![^\W\d_])\d+[a-z]?'*(?=[-,)\]])")
"""A position in a systematic name, as the 3 and 5 of "adenosine 3',5'-(hydrogen phosphate)"."""


@dataclass(slots=True)
class _EntityNames:
    """The names of one entity: how many records hold each of its kinds, forms and organisms.

    `forms` are counted by their use. `official` and `others` are its names in the dictionaries.
    `genes` are those of a disease, `ensembl` the Ensembl ids of a gene; a dump leaves both out,
    since dictionaries give them again. A MeSH term that is a disease in one record and a chemical
    in another has both kinds, and one label.
    """

    entity: Entity
    kinds: dict[Kind, int] = field(default_factory=dict)
    forms: dict[Use, dict[str, int]] = field(default_factory=dict)
    organisms: dict[str, int] = field(default_factory=dict)
    official: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    genes: tuple[str, ...] = ()
    ensembl: tuple[str, ...] = ()

    def with_organism(self) -> Entity:
        """The entity with the one organism that most records give it; a gene has one only."""
        chosen = min(self.organisms, key=_most_used(self.organisms), default="")
        return self.entity._replace(organism=chosen)

    def label(self) -> str:
        """The label, chosen as `NameCounts.labelled` says."""
        used = self.forms.get(Use.NAME, {})
        official = {name: used.get(name, 0) for name in self.official}
        choices = [official, self.forms.get(Use.MATCH, {}), used]
        if Kind.CHEMICAL in self.kinds:
            choices = [*map(_common, [*choices, dict.fromkeys(self.others, 0)]), *choices]
        for forms in (*choices, self.forms.get(Use.WORD, {})):
            if forms:
                return min(forms, key=_most_used(forms))
        return self.entity.identifier

    def words(self) -> frozenset[str]:
        """The names that are words read off figures and nothing else."""
        names = {*self.official, *self.others}
        names.update(*(self.forms.get(use, ()) for use in (Use.MATCH, Use.NAME)))
        return frozenset(self.forms.get(Use.WORD, {}).keys() - names)

    def other_labels(self, label: str) -> tuple[str, ...]:
        """All other names, ordered."""
        names = {*self.official, *self.others}
        for use in _NAMES:
            names.update(self.forms.get(use, ()))
        return tuple(sorted(names - {label}))


class NameCounts:
    """Counts how many records hold each form of an entity's name.

    Its size grows with the number of different entities, not of records.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _EntityNames] = {}
        # Lines of a dump that are not parsed yet: an update needs few of them.
        self._lines: dict[str, str] = {}

    def add(self, names: Iterable[Name]) -> None:
        """Count the distinct names of one record."""
        self._count(names, 1)

    def remove(self, names: Iterable[Name]) -> None:
        """Subtract the names of a record that `add` counted."""
        names = list(names)
        self._count(names, -1)
        for entity in {entity.iri: entity for entity, _, _ in names}.values():
            entry = self._entry(entity)
            for forms in entry.forms.values():
                _drop_zeros(forms)
            _drop_zeros(entry.kinds)
            _drop_zeros(entry.organisms)
            entry.forms = {use: forms for use, forms in entry.forms.items() if forms}
            if not (entry.organisms or entry.official):
                del self._entries[entity.iri]

    def _count(self, names: Iterable[Name], one: int) -> None:
        # In plain dictionaries: a `Counter` takes ten times as long to make, and most entities
        # of a batch are its first.
        entities = set()
        for entity, form, use in names:
            entities.add(entity)
            if form:
                forms = self._entry(entity).forms.setdefault(use, {})
                forms[form] = forms.get(form, 0) + one
        for entity in entities:
            entry = self._entry(entity)
            entry.kinds[entity.kind] = entry.kinds.get(entity.kind, 0) + one
            entry.organisms[entity.organism] = entry.organisms.get(entity.organism, 0) + one

    def _entry(self, entity: Entity) -> _EntityNames:
        entry = self._get(entity.iri)
        if entry is None:
            entry = self._entries[entity.iri] = _EntityNames(entity)
        return entry

    def _get(self, iri: str) -> _EntityNames | None:
        entry = self._entries.get(iri)
        if entry is None and iri in self._lines:
            entry = self._entries[iri] = _parse(self._lines.pop(iri))
        return entry

    def _all(self) -> dict[str, _EntityNames]:
        for iri in list(self._lines):
            self._get(iri)
        return self._entries

    def merge(self, other: NameCounts) -> None:
        """Add the counts of another corpus."""
        for entry in other._all().values():
            mine = self._entry(entry.entity)
            _add_counts(mine.kinds, entry.kinds)
            for use, forms in entry.forms.items():
                _add_counts(mine.forms.setdefault(use, {}), forms)
            _add_counts(mine.organisms, entry.organisms)
            mine.official = mine.official or entry.official
            mine.others = mine.others or entry.others

    def counted_iris(self) -> list[str]:
        """The entities that records name."""
        return [iri for iri, entry in self._all().items() if entry.organisms]

    def all_iris(self) -> set[str]:
        """The entities that records name, and those that `add_unnamed` was given."""
        return {*self._entries, *self._lines}

    def add_unnamed(self, entities: Iterable[Entity]) -> None:
        """Add entities that no record names yet, so that `add_dictionary_names` finds them."""
        for entity in entities:
            self._entry(entity)

    def subset(self, iris: Iterable[str]) -> NameCounts:
        """The counts of those of these entities that records name; shared, not copied."""
        chosen = NameCounts()
        entries = ((iri, self._get(iri)) for iri in iris)
        chosen._entries = {iri: entry for iri, entry in entries if entry and entry.organisms}
        return chosen

    def add_dictionary_names(
        self, dictionaries: Dictionaries, iris: Iterable[str] | None = None
    ) -> None:
        """Set what dictionaries know of these entities (all by default): names, genes, ids.

        An entity that they do not hold keeps the names of an earlier build.
        """
        for iri in self._all() if iris is None else iris:
            if entry := self._get(iri):
                entry.official = dictionaries.labels(entry.with_organism()) or entry.official
                entry.others = dictionaries.other_labels(entry.entity) or entry.others
                entry.genes = dictionaries.associated_genes(entry.entity)
                entry.ensembl = dictionaries.ensembl_ids(entry.entity)

    def labelled(self) -> Iterator[Labelled]:
        """Every entity with its label, ordered by IRI; once for each of its kinds.

        The label is the name in the dictionaries (among several, the one that most records use),
        else the matched term, else the name, else the word that most records use; of equals, the
        first in the order of Unicode code points. A systematic name of a chemical is its label only
        if it has no other name in the dictionaries, as matched term or as name. An entity without
        any name has its identifier as its label.
        """
        for _, entry in sorted(self._all().items()):
            entity = entry.with_organism()
            if entity.kind is Kind.PATHWAY:
                yield Labelled(entity, "")
                continue
            label = entry.label()
            symbol = label if entity.kind is Kind.GENE and entry.official else ""
            same = tuple(sorted(entry.forms.get(Use.SAME, ())))
            names = entry.other_labels(label)
            named = Labelled(
                entity, label, names, symbol, entry.ensembl, exact_matches=same, words=entry.words()
            )
            for kind in sorted(entry.kinds or {entity.kind}, key=lambda kind: kind.value):
                genes = entry.genes if kind is Kind.DISEASE else ()
                yield replace(
                    named,
                    entity=entity._replace(kind=kind),
                    associated_genes=genes,
                    figures=entry.kinds.get(kind, 0),
                )

    def __getstate__(self) -> list[list[Any]]:
        # Texts and numbers only: pickling an object for each entity would take as long as
        # half of the mapping.
        return list(map(_to_list, self._all().values()))

    def __setstate__(self, state: list[list[Any]]) -> None:
        self._entries = {entry.entity.iri: entry for entry in map(_from_list, state)}
        self._lines = {}

    def dump(self) -> Iterator[str]:
        """The counts as JSON lines, ordered by IRI; `load` reads them back."""
        for iri in sorted(self.all_iris()):
            yield self._lines.get(iri) or json.dumps(
                _to_list(self._entries[iri]), ensure_ascii=False, sort_keys=True
            )

    @classmethod
    def load(cls, lines: Iterable[str]) -> NameCounts:
        """The counts of the lines of `dump`; a line is parsed when its entity is needed.

        Raises:
            DamagedStoreError: a line does not have this form; later, if its content is damaged.

        """
        names = cls()
        for line in lines:
            _, _, rest = line.partition('", "')
            iri, _, _ = rest.partition('"')
            if not iri or not line.endswith("]"):
                raise _damaged()
            names._lines[iri] = line
        return names


def _damaged() -> DamagedStoreError:
    return DamagedStoreError("the names of the store's entities are damaged")


def _to_list(entry: _EntityNames) -> list[Any]:
    # The organism of the entity is left out: the counts of organisms hold it.
    entity = entry.entity
    kinds = {_KINDS[kind]: n for kind, n in entry.kinds.items()}
    forms = {_USES[use]: counts for use, counts in entry.forms.items()}
    fields = [_KINDS[entity.kind], entity.iri, entity.identifier]
    return [*fields, kinds, forms, entry.organisms, entry.official, entry.others]


def _from_list(fields: list[Any]) -> _EntityNames:
    kind, iri, identifier, kinds, forms, organisms, *names = fields
    return _EntityNames(
        Entity(_KIND_OF[kind], iri, identifier),
        {_KIND_OF[kind]: n for kind, n in kinds.items()},
        {_USE_OF[use]: counts for use, counts in forms.items()},
        organisms,
        *map(tuple, names),
    )


def _parse(line: str) -> _EntityNames:
    try:
        return _from_list(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged() from None


def to_line(names: Iterable[Name]) -> str:
    """The names of a record's entities as one line of JSON; `from_line` reads it back."""
    return json.dumps(
        [(_KINDS[entity.kind], *entity[1:], form, _USES[use]) for entity, form, use in names]
    )


def from_line(line: str | bytes) -> tuple[Name, ...]:
    """The names of a line of `to_line`."""
    return tuple(
        Name(Entity(_KIND_OF[kind], *entity), form, _USE_OF[use])
        for kind, *entity, form, use in json.loads(line)
    )


def _add_counts(counts: dict[Any, int], more: Mapping[Any, int]) -> None:
    for key, n in more.items():
        counts[key] = counts.get(key, 0) + n


def _drop_zeros(counts: dict[Any, int]) -> None:
    for key in [key for key, n in counts.items() if n <= 0]:
        del counts[key]


def _common(forms: Mapping[str, int]) -> dict[str, int]:
    """The forms without systematic names of chemicals, which give several positions."""
    return {form: n for form, n in forms.items() if len(_LOCANT.findall(form)) < 2}


def _most_used(counts: Mapping[str, int]) -> Callable[[str], tuple[int, str]]:
    return lambda form: (-counts.get(form, 0), form)
