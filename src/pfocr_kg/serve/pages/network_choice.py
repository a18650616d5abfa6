"""Which network a request asks for, and the first such network that has edges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pfocr_kg.errors import NothingChosenError
from pfocr_kg.model import Level
from pfocr_kg.network.choices import KINDS, NetworkLimits
from pfocr_kg.serve.messages import Asked, RequestError
from pfocr_kg.serve.site import Site

if TYPE_CHECKING:
    import networkx as nx

_CONDITIONS: Final = ("gene", "disease", "chemical", "pathway", "organism", "search")
"""Parameters that are conditions of `network`; `figure` is its `genes_of`."""

NAMES: Final = (*_CONDITIONS, "figure")
_USUAL: Final = {"kind": "genes", "level": Level.SYMBOL.value, "minimum": "2"}
"""At level any, a word for a family is drawn as all its genes, which then are drawn together."""

_ELSE: Final[tuple[dict[str, str], ...]] = (
    {},
    {"minimum": "1"},
    {"level": Level.ANY.value},
    {"level": Level.ANY.value, "minimum": "1"},
)
"""What is tried in turn, of what the request leaves open, until there are edges."""

MOST_FIGURES: Final = 20_000
_MOST_EDGES: Final = 300_000
"""Figures that a network is made of here at most, and edges of a file."""

LEVELS: Final = {
    "symbol": "by their symbol",
    "unambiguous": "without ambiguity",
    "any": "from any word",
}


@dataclass(frozen=True)
class Choice:
    """What a network is asked for, as the parameters of the request have it.

    `is_open` are the parameters that the request does not have.
    """

    kind: str
    level: str
    minimum: int
    names: Mapping[str, str]
    is_open: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that are not as usual."""
        chosen = {"kind": self.kind, "level": self.level, "minimum": str(self.minimum)}
        return [*self.names.items(), *((k, v) for k, v in chosen.items() if v != _USUAL[k])]

    @property
    def least(self) -> str:
        """What an edge stands for at least, in words."""
        one, several = KINDS[self.kind].weight_units
        unit = one if self.minimum == 1 else several
        return f"at least {self.minimum:,} {unit}, with genes read {LEVELS[self.level]}"

    @property
    def choices(self) -> Iterator[Choice]:
        """The choice itself, then those that change what is open."""
        for changes in _ELSE:
            if changes.keys() <= self.is_open:
                minimum = int(changes.get("minimum", self.minimum))
                level = changes.get("level", self.level)
                yield replace(self, level=level, minimum=minimum, notes=[])

    @cached_property
    def about(self) -> str:
        """What the network is of, for names of files."""
        return "-".join(["network", self.kind, *self.names.values()])[:80]

    def network(self, site: Site, most_nodes: int | None = None) -> nx.Graph:
        """The network, or its strongest nodes; what names were taken for goes to the notes."""
        from pfocr_kg.network import kinds  # noqa: PLC0415 - networkx takes a while

        limits = NetworkLimits(MOST_FIGURES, nodes=most_nodes)
        if most_nodes is None:
            limits = replace(limits, edges=_MOST_EDGES)
        conditions: Any = {name: of for name, of in self.names.items() if name in _CONDITIONS}
        return kinds.network(
            site.store,
            self.kind,
            min_weight=self.minimum,
            level=self.level,
            genes_of=self.names.get("figure"),
            on_note=self.notes.append,
            limits=limits,
            **conditions,
        )


def choice_of(asked: Asked) -> Choice:
    """The choice that the parameters mean.

    Raises:
        RequestError: no such network can be made.

    """
    kind, level, least = (asked.get(name) or usual for name, usual in _USUAL.items())
    if kind not in KINDS:
        raise RequestError(400, f"there is no kind of network {kind[:60]!r}", ", ".join(KINDS))
    if level not in [*Level]:
        raise RequestError(400, f"there is no level {level[:60]!r}", ", ".join(Level))
    if not (least.isascii() and least.isdigit() and len(least) < 10 and int(least)):
        raise RequestError(400, f"minimum has to be a number from 1 on, not {least[:60]!r}")
    names = {name: asked.get(name).strip() for name in NAMES}
    given = {name: text for name, text in names.items() if text}
    is_open = frozenset(name for name in _USUAL if not asked.get(name))
    return Choice(kind, level, int(least), given, is_open)


def needed_choice(asked: Asked) -> Choice:
    """The choice, which has a condition.

    Raises:
        RequestError: it has none, or no such network can be made.

    """
    choice = choice_of(asked)
    if not choice.names:
        raise RequestError(400, "a network needs a condition", "One of " + ", ".join(NAMES))
    return choice


def not_empty(site: Site, choice: Choice, most_nodes: int | None = None) -> tuple[Choice, nx.Graph]:
    """The first choice whose network has edges, else the first of all; and its network."""
    first: tuple[Choice, nx.Graph] | NothingChosenError | None = None
    for tried in choice.choices:
        try:
            graph = tried.network(site, most_nodes)
        except NothingChosenError as error:
            first = first or error
            continue
        if graph:
            if tried.pairs != choice.pairs:
                tried.notes.append(
                    f"There is no edge of {choice.least}. So these are edges of {tried.least}."
                )
            return tried, graph
        first = first or (tried, graph)
    assert first is not None
    if isinstance(first, NothingChosenError):
        raise first
    return first
