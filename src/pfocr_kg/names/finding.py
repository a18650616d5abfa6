"""Finds the things that are called as a text says."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from pfocr_kg.errors import QueryError, quoted, without_middle
from pfocr_kg.names import lookup, unknown
from pfocr_kg.names.expressions import WORD
from pfocr_kg.names.matches import Match, NamedKind, latin_name
from pfocr_kg.records.organisms import species, taxon
from pfocr_kg.store.sparql import Answering

FOUND: Final = ("iri", "label", "kind", "organism", "matched", "how")
"""What lists of matches show."""


def find(
    store: Answering,
    text: str,
    kinds: Collection[NamedKind] = (),
    *,
    organism: str = "",
    limit: int | None = 20,
    on_note: Callable[[str], None] = lambda _: None,
) -> list[Match]:
    """What is called so, best first, then what has the words of the text in a name.

    An id is no part of a name.

    With an `organism` (a name or taxon), genes and pathways of others are left out. `on_note` is
    called with what the organism was taken for, with what is near if nothing is called so, and if
    `limit` leaves anything out.

    Raises:
        QueryError: the text has no letters and no numbers, or the organism is unknown.

    """
    if not WORD.search(text):
        raise QueryError(f"{quoted(text)} has no letters and no numbers")
    wanted = ""
    if organism:
        number = taxon(organism)
        wanted = species(number)
        on_note(without_middle(f"{organism}: {latin_name(number)}, organism NCBITaxon:{number}"))
    names = lookup.of_store(store)
    if names.slow:
        on_note(lookup.SLOW)
    found = {(match.iri, match.kind): match for match in names.matches(text, kinds)}
    most = -1 if limit is None or organism else limit + 1
    if not unknown.kind_of_id(text) and (most < 0 or len(found) < most):
        for match in names.parts(text, kinds, most):
            found.setdefault((match.iri, match.kind), match)
    of_organism = [
        m for m in found.values() if not (wanted and m.taxon) or species(m.taxon) == wanted
    ]
    if not of_organism:
        on_note(str(unknown.error(names, text, kinds, list(found.values()))))
    elif limit is not None and len(of_organism) > limit:
        on_note(f"more than {limit} have such a name; --limit shows more")
    if of_organism and (date := unknown.of_date(text)):
        on_note(date)
    return of_organism[:limit]
