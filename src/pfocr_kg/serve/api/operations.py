"""What the API answers, as functions that return plain values.

Each returns a dict that is ready for JSON. A table is its "columns" and "rows", each row a dict;
"count" is the number of rows, and "more" says whether a `limit` left out any; without a limit, all
are there. "notes" say what names were taken for.

All raise UnknownNameError where nothing is called so, AmbiguousNameError where several things are,
QueryError for a value that cannot be, and RequestError 403 for more rows than the server gives.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

from pfocr_kg.errors import QueryError, UnknownNameError
from pfocr_kg.model import Level
from pfocr_kg.names import finding
from pfocr_kg.names import search as searching
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query import bundled, execution, hints, levels
from pfocr_kg.query.about import presentation, showing
from pfocr_kg.query.bundled import Query, Values
from pfocr_kg.query.results import Answer, Result, Rows
from pfocr_kg.serve import addresses, failures, services
from pfocr_kg.serve.messages import RequestError
from pfocr_kg.serve.site import Site

if TYPE_CHECKING:
    from typing import Unpack

    from pfocr_kg.link.enrichment import Enrichment
    from pfocr_kg.link.gene_sets import GeneSets
    from pfocr_kg.names.search import SearchOptions

KINDS: Final = {folder: kind for kind, folder in addresses.FOLDERS.items()}
"""Folder of pages -> the kind of things that they are about."""
HITS: Final = tuple(field.name for field in fields(searching.Hit))


def queries(topic: str = "") -> dict[str, Any]:
    """The bundled queries, or those of a topic, each with its parameters."""
    found = bundled.of_topic(topic) if topic else list(bundled.queries().values())
    return {"count": len(found), "queries": [describe(query) for query in found]}


def describe(query: Query) -> dict[str, Any]:
    """What a user of a bundled query has to know."""
    return {
        **query.as_dict(),
        "levels": levels.has_genes(query.text),
        "endpoints": execution.endpoints(query.text),
        "address": f"/api/queries/{query.name}",
    }


def bundled_query(name: str) -> Query:
    """A bundled query; RequestError 404 if there is none of that name."""
    try:
        return bundled.find(name)
    except QueryError as error:
        raise RequestError(404, error.message, failures.reworded(error.hint)) from None


def answer(
    site: Site,
    name: str,
    values: Values,
    level: str = Level.ANY,
    organism_of_names: str = "",
    *,
    notes: list[str],
) -> Result:
    """The answer of a bundled query; `notes` gets a line for each name.

    Raises:
        RequestError: 404, there is no such query; 403, it asks an endpoint that is not allowed.

    """
    query = bundled_query(name)
    services.check(query.text, site.settings.services)
    if missing := query.needs(values):
        needs = " ".join(parameter.placeholder for parameter in missing)
        example = missing[0].example.split(", ")[0]
        raise QueryError(f"query {name} needs {needs}", hint=f"As in {missing[0].name}={example}")
    return execution.run(
        site.store,
        query,
        values,
        Level(level),
        organism=organism_of_names,
        on_note=notes.append,
    )


def run_query(
    site: Site,
    name: str,
    values: Values,
    *,
    level: str = Level.ANY,
    organism_of_names: str = "",
    limit: int | None = None,
) -> dict[str, Any]:
    """The rows of a bundled query, or of one that makes a graph its "turtle" and no rows.

    `values` are names, ids, texts and numbers, or lists of them, by parameter. "hints" say why
    there are no rows.
    """
    notes: list[str] = []
    found = answer(site, name, values, level, organism_of_names, notes=notes)
    about = {"query": name, "notes": notes}
    if isinstance(found, Rows):
        count, more = held(site, found, limit)
        why = [] if count else reasons(site, name, values, level, organism_of_names)
        rows = [dict(row) for row in found.only((), count)]
        return {**about, **table_head(found.variables, count, more), "hints": why, "rows": rows}
    if isinstance(found, Answer):
        return {**about, "boolean": bool(found)}
    text = io.BytesIO()
    found.write(text, "turtle")
    return {**about, "triples": found.found, "turtle": text.getvalue().decode()}


def reasons(site: Site, name: str, values: Values, level: str, organism_of_names: str) -> list[str]:
    """Why a bundled query has no rows, one line each."""
    query = bundled_query(name)
    return list(hints.reasons(site.store, query, values, Level(level), organism_of_names))


def held(site: Site, rows: Rows, limit: int | None) -> tuple[int, bool]:
    """How many rows there are up to a limit, and whether there are more; they are read ahead.

    Raises:
        RequestError: 403, there are more than the server gives.

    """
    most = site.settings.limits.rows
    count = rows.read_ahead(min(most, limit or most) + 1)
    if limit is not None and limit <= most:
        return min(count, limit), count > limit
    _check_rows(site, count)
    return count, False


def table_head(columns: Sequence[str], count: int, more: bool) -> dict[str, Any]:
    """What is said of a table before its rows."""
    return {"columns": list(columns), "count": count, "more": more}


def _check_rows(site: Site, count: int) -> None:
    most = site.settings.limits.rows
    if count > most:
        raise RequestError(
            403,
            f"the answer has more than {most:,} rows, the most that this server gives",
            f"Ask for some: limit={most}",
        )


def _tabled(
    site: Site, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], limit: int | None
) -> dict[str, Any]:
    """A table with its first `limit` rows; it comes last in an answer."""
    kept = list(rows[:limit])
    _check_rows(site, len(kept))
    return {**table_head(columns, len(kept), len(rows) > len(kept)), "rows": kept}


def find(
    site: Site,
    text: str,
    *,
    kind: Collection[str] = (),
    organism: str = "",
    limit: int | None = None,
) -> dict[str, Any]:
    """What is called so, best first, and then what has the words of the text in a name.

    Where nothing is, a note says what is near.
    """
    notes: list[str] = []
    found = finding.find(
        site.store,
        text,
        [NamedKind(name) for name in kind],
        organism=organism,
        limit=None if limit is None else limit + 1,
        on_note=notes.append,
    )
    rows = [{name: str(getattr(match, name)) for name in finding.FOUND} for match in found]
    # What is left out stands in "more"; the note names an option of the command.
    kept = [note for note in notes if "--limit" not in note]
    return {"text": text, "notes": kept, **_tabled(site, finding.FOUND, rows, limit)}


def search(site: Site, words: str = "", **options: Unpack[SearchOptions]) -> dict[str, Any]:
    """Figures that have all words in their texts, and draw and name all that is asked for.

    "total" is their number; the options are those of `names.search.search`, with no limit.
    """
    notes: list[str] = []
    limit = options.get("limit")
    options["limit"] = site.settings.limits.rows + 1 if limit is None else limit
    options["on_note"] = lambda note: notes.append(failures.reworded(note))
    found = searching.search(site.store, words, **options)
    rows = [asdict(hit) for hit in found.hits]
    table = {**_tabled(site, HITS, rows, limit), "more": found.total > len(rows)}
    return {"words": words, "notes": notes, "total": found.total, **table}


def show(
    site: Site,
    name: str,
    *,
    kind: str | None = None,
    organism: str = "",
    level: str = Level.ANY,
    limit: int | None = None,
) -> dict[str, Any]:
    """All that the graph knows of the thing that a name means; `limit` is for rows of each part."""
    notes: list[str] = []
    _, match = showing.resolved(site.store, name, kind or None, organism, notes.append)
    return {"notes": notes, **about(site, match, level, limit)}


def about(
    site: Site, match: Match, level: str = Level.ANY, limit: int | None = None
) -> dict[str, Any]:
    """All that the graph knows of a thing, as `pfocr-kg show` gives it in JSON."""
    found = showing.show(site.store, site.names, match, Level(level), limit)
    return {**found.as_dict(), "address": addresses.page(match.iri, match.kind)}


def thing(site: Site, folder: str, name: str) -> Match:
    """The thing that has a page in a folder, under this name.

    Raises:
        RequestError: 404, there are no such pages, or the graph does not hold the thing.

    """
    if folder not in KINDS:
        raise RequestError(404, f"there is no {folder[:60]!r}", f"There are {', '.join(KINDS)}")
    kind = KINDS[folder]
    try:
        iri = addresses.iri(folder, name)
    except ValueError:
        iri = ""
    for match in site.names.matches(iri, [kind]) if iri else ():
        if match.iri == iri:
            return match
    raise UnknownNameError(
        f"the graph has no {kind} {name[:60]!r}", hint="/api/show?name=NAME takes all names"
    )


def part(
    site: Site, match: Match, key: str, *, level: str = Level.ANY, limit: int | None = None
) -> dict[str, Any]:
    """All rows of one part of what is known of a thing, as people see them.

    Raises:
        RequestError: 404, things of its kind have no such part.

    """
    parts = presentation.LAYOUT[match.kind]
    if key not in parts:
        message = f"a {match.kind} has no list {key[:60]!r}"
        raise RequestError(404, message, f"There are {', '.join(parts)}")
    title, columns = parts[key]
    facts = showing.show(site.store, site.names, match, Level(level), limit, (key,)).facts[key]
    rows = presentation.table(match.kind, key, facts)
    _check_rows(site, len(rows))
    table = table_head([*columns.values()], len(rows), facts.count > len(rows))
    return {"iri": match.iri, "title": title, **table, "rows": rows}


def enrich(
    site: Site,
    genes: str,
    *,
    column: str = "",
    background: str | None = None,
    organism: str = "human",
    against: str = "pathways",
    level: str = Level.ANY,
    limit: int | None = None,
) -> dict[str, Any]:
    """The pathways or figures that a list of genes is enriched in, as `pfocr-kg enrich` gives it.

    `genes` is the text of a list or a table, and so is `background`.
    """
    found = enrichment(site, genes, organism, against, level, column=column, background=background)
    columns, rows = found.table(against)
    return {**found.summary(), **_tabled(site, columns, rows, limit)}


def enrichment(
    site: Site,
    genes: str,
    organism: str,
    against: str,
    level: str,
    *,
    column: str = "",
    background: str | None = None,
) -> Enrichment:
    """The same as an `Enrichment`; the genes of all pathways and figures are read once a build."""
    # Imported on use: scipy takes a third of a second.
    from pfocr_kg.link.enrichment import enrich_in_store, sets_of_store  # noqa: PLC0415

    def sets() -> GeneSets:
        return site.once(f"genes of {against}", lambda: sets_of_store(site.store, against))

    return enrich_in_store(
        site.store, genes, organism, against, level, column=column, background=background, sets=sets
    )
