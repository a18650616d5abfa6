"""A hostile text in every key, column, map and page: a correct literal, or a report that names it.

All cases are built at once, each in a figure of its own; rdflib reads the triples.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import rdflib

import pfocr_kg
from bad_input import table
from pfocr_kg.records import entities
from pfocr_kg.records.record import KNOWN_KEYS

PLAIN = "{}> } INSERT DATA { <a> \"b\" 'c' \\ \\u0022 \\ud800 ]]> --> %0A `$x` \u202eRTL\u2066 z"
CONTROLS = PLAIN.replace("RTL", "\0\a\x1b[2J\x9b31m\x7f\ufffe\ufffe!")
LINES = PLAIN.replace("RTL", "a\r\nb\nc\td\u2028e\x85f")
NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

NOT_READ = {
    *("annotations", "pmc_ranked_result_index", "redirect_from", "seo"),
    *("block @id", "block @type", "block name", "block creator"),
    *("wpid_map.tsv figid", "ndex_map.tsv figid"),  # no record has this figid
}
"""What docs/reference/records.md says is not read."""

IDENTIFIERS = set(
    "automl_pathway pathway_score ndex wpid year doi pmcid organism_id ncbigene_id mesh chebi doid "
    "identifier ncbi id entrez license @context genes chemicals diseases schema-jsonld".split()
)
"""Keys and columns that hold no text; the last ones hold lists or a mapping."""

BLOCK = ["@context", "@id", "@type", "license", "name", "creator", "keywords"]
TABLES = {
    "genes": [entities.GENE_COLUMNS],
    "chemicals": [*entities.CHEMICAL_COLUMNS],
    "diseases": [*entities.DISEASE_COLUMNS],
}
ITEMS = {
    "genes": ("word", "symbol", "source", "hgnc_symbol", "entrez"),
    **dict.fromkeys(("chemicals", "diseases"), entities.OLD_COLUMNS),
}


@dataclass
class Case:
    """The files of one figure; `name` ends in the key or column that holds `text`."""

    name: str
    text: str
    mark: str
    keys: dict[str, object] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    """Lines of maps."""

    @property
    def key(self) -> str:
        return self.name.rpartition(" ")[2]

    @property
    def number(self) -> int:
        return int(self.mark[1:-1])

    @property
    def names(self) -> str:
        """What a report calls it."""
        return {"id": "wpid|ndex"}.get(self.key, self.key)

    @property
    def literal(self) -> str:
        return NO_XML.sub("", self.text.replace("\r\n", "\n"))

    def page(self) -> bytes:
        """YAML, of which JSON with all but ASCII escaped is a part."""
        keys = {
            "figid": self.mark,
            "pmcid": f"PMC{self.number}",
            "publisher_name": f"kept {self.mark}",
        }
        lines = (f"{key}: {json.dumps(value)}\n" for key, value in {**keys, **self.keys}.items())
        return f"---\n{''.join(lines)}---\n".encode()


def cell(column: str, number: int) -> str:
    """What a good row has in a column."""
    ids = {
        **dict.fromkeys(("ncbigene_id", "entrez"), f"{number}"),
        "organism_id": "9606",
        "organism_name": "Homo sapiens",
        "source": "MESH",
        **dict.fromkeys(("identifier", "mesh"), f"C{number:09}"),
        "chebi": f"CHEBI:{number}",
        "doid": f"DOID:{number}",
    }
    return ids.get(column, f"{column} {number}")


def row(columns: tuple[str, ...], number: int, hostile: str = "", text: str = "") -> dict[str, str]:
    found = {column: cell(column, number) for column in columns}
    if hostile in ("chebi", "doid"):
        found["mesh"] = "NA"
    if hostile == "mesh":
        found |= {column: "NA" for column in ("chebi", "doid") if column in columns}
    if hostile == "organism_name":
        found["organism_id"] = f"{number}"
    return {**found, hostile: text} if hostile else found


NUMBERS = itertools.count(700_000_000, 10)


def new(name: str, text: str) -> Case:
    mark = f"c{next(NUMBERS)}q"
    return Case(name, text.replace("{}", mark, 1), mark)


def of_records(text: str) -> Iterator[Case]:
    for key in sorted(KNOWN_KEYS):
        case = new(key, text)
        case.keys[key] = case.text
        yield case
    for key in BLOCK:
        case = new(f"block {key}", text)
        case.keys["schema-jsonld"] = {key: case.text}
        yield case
    for kind, columns in ITEMS.items():
        for column in columns:
            case = new(f"{kind} item {column}", text)
            case.keys[kind] = [row(columns, case.number, column, case.text)]
            yield case


def of_pages(text: str) -> Iterator[Case]:
    for key in ("latin", "common", "ncbi"):
        case = new(f"page {key}", text)
        page = {"latin": f"latin {case.number}", "ncbi": f"{case.number}", key: case.text}
        case.keys["organisms"] = [page["latin"]]
        lines = "".join(f"{name}: {json.dumps(value)}\n" for name, value in page.items())
        case.files[f"_organisms/{case.mark}.md"] = f"---\n{lines}---\n".encode()
        yield case


def of_tables(text: str) -> Iterator[Case]:
    for kind, layouts in TABLES.items():
        for columns, column in ((layout, column) for layout in layouts for column in layout):
            case = new(f"{kind} table {column}", text)
            rows = row(columns, case.number, column, case.text), row(columns, case.number + 1)
            content = table([*columns], *([*cells.values()] for cells in rows))
            case.files[f"_data/{case.mark}-{kind}.tsv"] = content
            yield case
    for name in ("wpid_map.tsv", "ndex_map.tsv"):
        case = new(f"{name} figid", text)
        case.lines[name] = f"{case.text}\tWP1"
        yield case
        case = new(f"{name} id", text)
        case.lines[name] = f"{case.mark}\t{case.text}"
        yield case


CASES = [
    case for text in (PLAIN, CONTROLS, LINES) for of in (of_records, of_pages) for case in of(text)
]
CASES += [case for text in (PLAIN, CONTROLS) for case in of_tables(text)]


@dataclass
class Built:
    graph: rdflib.Graph
    told: list[tuple[str, str]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    tree: Path = tmp_path_factory.mktemp("hostile")
    for folder in ("_figures", "_data", "_organisms"):
        (tree / folder).mkdir()
    for case in CASES:
        (tree / f"_figures/{case.mark}.md").write_bytes(case.page())
        for name, content in case.files.items():
            (tree / name).write_bytes(content)
        for name, line in case.lines.items():
            with (tree / "_data" / name).open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
    report = pfocr_kg.build(tree, tree / "store")
    out = io.BytesIO()
    with pfocr_kg.open(tree / "store") as graph:
        graph.write(out, "ntriples")
    told = [(entry["path"], entry["reason"]) for entry in report.quarantined]
    return Built(rdflib.Graph().parse(data=out.getvalue(), format="nt"), told)


def test_every_text_is_a_correct_literal_or_is_reported(built: Built) -> None:
    held: dict[str, set[str]] = {}
    for term in {term for _, _, term in built.graph}:
        if found := re.search("c7[0-9]{8}q(?=> }|%3E)", term):
            text = term if isinstance(term, rdflib.Literal) else "an IRI"
            held.setdefault(found[0], set()).add(str(text))
    wrong = []
    for case in CASES:
        texts = held.get(case.mark, set())
        named = [
            reason
            for path, reason in built.told
            if (case.mark in path or case.mark in reason)
            and re.search(rf"(?<!\w)({case.names})(?!\w)", reason)
        ]
        if case.name in ("figid", "figlink"):
            is_right = texts <= {case.literal, "an IRI"} and (texts or named)
        elif case.name in NOT_READ:
            is_right = not texts
        elif case.key in IDENTIFIERS or re.match("(chem|dis).* source", case.name):
            is_right = named and not texts
        else:
            is_right = texts == {case.literal} and (named or not NO_XML.search(case.text))
        if not is_right:
            wrong.append((case.name, texts, named))
    assert wrong == []


def test_iris_are_valid_and_nothing_else_is_said(built: Built) -> None:
    for triple in built.graph:
        for term in triple:
            if isinstance(term, rdflib.URIRef):
                assert not re.search(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f]', term), term
    assert (rdflib.URIRef("a"), None, None) not in built.graph


def test_what_is_beside_a_hostile_text_is_kept(built: Built) -> None:
    """The figure with its other keys, and the other row of a table."""
    texts = {str(term) for _, _, term in built.graph if isinstance(term, rdflib.Literal)}
    for case in CASES:
        if case.key in ("figid", "pmcid") and " " not in case.name:
            continue  # without them there is no figure
        if case.key != "publisher_name":
            assert f"kept {case.mark}" in texts, case.name
        if " table " in case.name:
            assert f"word {case.number + 1}" in texts, case.name


@pytest.mark.parametrize("key", sorted(KNOWN_KEYS))
def test_half_of_a_surrogate_pair_in_an_escape(key: str) -> None:
    """No text can hold it, so that YAML refuses the record."""
    with pytest.raises(pfocr_kg.errors.RecordError, match="YAML") as error:
        pfocr_kg.records.frontmatter.parse(f'---\n{key}: "a\\ud800b"\n---\n', lambda _: None)
    assert error.value.line == 2
