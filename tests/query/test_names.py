"""Names as values of parameters: what people call things finds the figures, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

import pfocr_kg
from pfocr_kg.errors import QueryError
from pfocr_kg.query import bundled, execution
from pfocr_kg.store.embedded import Embedded

FIGURES = "https://pfocr.wikipathways.org/figures/"
Run = Callable[..., Any]

GENES = "organism_id organism_name word match ncbigene_symbol ncbigene_id source"
CHEMICALS = "word mesh match name chebi"

# A gene drawn by a symbol that it had until 2018 and a chemical whose ChEBI name nobody writes;
# and a figure with an id, an alias, a file name and a page that differ.
DRAWN = {
    "PMC9100001__old-g1": (
        {
            "genes": f"{GENES}|9606 Homo_sapiens DDX58 DDX58 DDX58 23586 hgnc_alias_symbol"
            "|9606 Homo_sapiens TNF TNF TNF 7124 ncbigene_symbol"
        },
        {"figid_alias": "PMC9100001__F1", "filename": "old-g1.jpg"},
    ),
    "PMC9100002__new-g2": (
        {"chemicals": f"{CHEMICALS}|Glucose mesh:D005947 Glucose D-glucopyranose chebi:4167"},
        {"figid_alias": "PMC9100002__F2", "filename": "new-g2.jpg"},
    ),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("named")
    for figid, (tables, keys) in DRAWN.items():
        pmcid = figid.partition("__")[0]
        number = keys["figid_alias"].rpartition("__")[2]
        page = f"/pmc/articles/{pmcid}/figure/{number}/"
        record = {"figid": figid, "pmcid": pmcid, "figlink": page, "year": "2020", **keys}
        (folder / "_figures").mkdir(exist_ok=True)
        (folder / "_data").mkdir(exist_ok=True)
        path = folder / "_figures" / f"{figid}.md"
        path.write_text(f"---\n{json.dumps(record)}\n---\n", encoding="utf-8")
        for kind, rows in tables.items():
            cells = rows.replace(" ", "\t").replace("_sapiens", " sapiens").replace("|", "\n")
            (folder / "_data" / f"{figid}-{kind}.tsv").write_text(f"{cells}\n", encoding="utf-8")
    pfocr_kg.build(folder, folder / "store")
    return folder / "store"


OLD, NEW = (f"{FIGURES}{figid}.html" for figid in DRAWN)


@pytest.mark.parametrize(
    ("query", "value", "found", "note"),
    [
        ("figures-of-gene", "gene=DDX58", OLD, "DDX58: RIGI, human gene 23586"),
        ("figures-of-gene", "gene=rig-i", OLD, "rig-i: RIGI, human gene 23586"),
        ("figures-of-gene", "gene=23586", OLD, "23586: RIGI, human gene 23586"),
        ("figures-of-chemical", "chemical=Glucose", NEW, "Glucose: "),
        ("figures-of-chemical", "chemical=d-glucopyranose", NEW, "d-glucopyranose: "),
        ("figures-of-chemical", "chemical=CHEBI:4167", NEW, "CHEBI:4167: "),
        ("mentions-of-figure", "figure=new-g2.jpg", "Glucose", "new-g2.jpg: "),
        ("mentions-of-figure", "figure=PMC9100002__F2", "Glucose", "PMC9100002__F2: "),
        (
            "mentions-of-figure",
            "figure=https://www.ncbi.nlm.nih.gov/pmc/articles/PMC9100002/figure/F2/",
            "Glucose",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC9100002/figure/F2/: ",
        ),
        ("figures-of-paper", "paper=pmc9100001", OLD, "pmc9100001: "),
    ],
)
def test_names_find_figures(
    store: Path, run_cli: Run, query: str, value: str, found: str, note: str
) -> None:
    done = run_cli("query", query, value, "--format", "csv", "--store", store)
    assert done.code == 0
    assert done.stderr.startswith(note)
    assert done.stdout.count("\n") == 2
    assert found in done.stdout
    quiet = run_cli("query", query, value, "--format", "csv", "--quiet", "--store", store)
    assert quiet == (0, done.stdout, "")


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["figures-of-gene", "gene=no such gene"], "no gene of the graph is called"),
        (["figures-of-gene", "gene=Glucose"], "no gene of the graph is called"),
        (["figures-of-gene", "gene=DDX58", "--organism", "mouse"], "no gene of that organism"),
        (["figures-of-gene"], "query figures-of-gene needs gene=NAME; --example asks about TNF"),
        (["genes-of-word"], "query genes-of-word needs word=STRING; --example asks about AKT"),
        (
            ["figures-of-organism", "organism=human", "by=words"],
            "query figures-of-organism: by has to be paper or genes, not 'words'",
        ),
    ],
)
def test_what_is_not_known_or_not_given_is_refused(
    store: Path, run_cli: Run, given: list[str], said: str, form: str
) -> None:
    done = run_cli("query", *given, "--format", form, "--store", store)
    assert (done.code, done.stdout) == (2, "")
    *notes, error = done.stderr.splitlines()
    assert error.startswith(f"pfocr-kg: {said}")
    assert not any(note.startswith("pfocr-kg: ") for note in notes)


def test_names_of_one_thing_are_one_value(store: Path) -> None:
    """Else each figure would count twice."""
    notes: list[str] = []
    with pfocr_kg.open(store) as graph:
        names = ["DDX58", "RIGI", "ncbigene:23586"]
        found = graph.query("genes-drawn-with-gene", gene=names, minimum=1, on_note=notes.append)
        assert [(row["otherSymbol"], row["figures"]) for row in found] == [("TNF", 1)]
    assert [note.partition(": ")[0] for note in notes] == names


# ------------------------------------------------------------------------------- any text at all

PARAMETERS = [
    (query, parameter) for query in bundled.queries().values() for parameter in query.parameters
]
HOSTILE = [
    *('") } DELETE WHERE { ?s ?p ?o } #', '" } UNION { ?figure ?p ?gene', 'TNF" "IL6', "\\1"),
    *(r"\g<1>", "TNF\r\n}", "http://x/> } #", "<http://x/{}>", "# TNF", "\0", "\ud800", ""),
]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters()),
    st.text(st.characters()).map("http://example.org/{}".format),
    st.decimals().map(str),
)


@pytest.fixture(scope="module")
def opened(store: Path) -> Iterator[Embedded]:
    embedded = Embedded(store)
    yield embedded
    embedded.close()


@pytest.mark.slow
@settings(max_examples=150)
@given(asked=st.sampled_from(PARAMETERS), text=TEXTS)
def test_no_text_changes_what_a_query_is(opened: Embedded, asked: Any, text: str) -> None:
    query, parameter = asked
    try:
        terms = execution.terms(opened, query, {parameter.name: text})
    except QueryError as error:
        said = str(error)
    else:
        said = ""
        assert shape(query.bind(terms), parameter.name) == shape(query.text, parameter.name)
    assert len(said.splitlines()) <= 1


def shape(text: str, name: str) -> Any:
    """The algebra of a query as rdflib reads it, without the values of a variable."""

    def plain(node: Any) -> Any:
        if isinstance(node, CompValue):
            return node.name, {key: plain(value) for key, value in sorted(node.items())}
        if isinstance(node, dict):
            return {str(key): str(key) == name or plain(value) for key, value in node.items()}
        if isinstance(node, list) and all(isinstance(item, dict) for item in node):
            return (
                [plain(item) for item in node][:1] if name in str(node) else list(map(plain, node))
            )
        if isinstance(node, list | tuple):
            return [plain(item) for item in node]
        return sorted(map(str, node)) if isinstance(node, set | frozenset) else repr(node)

    return plain(translateQuery(parseQuery(text)).algebra)
