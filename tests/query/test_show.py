"""`show`: what it gathers on the sample is what the files say, for each kind of thing."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg import iris
from pfocr_kg.names import lookup
from pfocr_kg.names.by_sparql import QueriedNames
from pfocr_kg.names.lookup import IndexedNames
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query.about import pathway as about_pathway
from pfocr_kg.query.about import subject
from places import ROOT, SAMPLE
from plain_diseases import named_in
from plain_reading import disease_iri, human_genes
from sparql_service import serving

from .oracle import CANCER, FATTY_ACID, OBO, TEXTS, Corpus, figure, gene
from .oracle_of_figures import evidence, surest_first
from .oracle_of_links import pathway_iri, said

Run = Callable[..., Any]
THINGS = {
    "gene": "IRF3",
    "disease": "DOID:162",
    "chemical": "CHEBI:35366",
    "organism": "human",
    "pathway": "WP4880",
    "paper": "PMC3347317",
    "figure": "PMC3347317__viruses-04-00424-g002",
}
FIGURES = (THINGS["figure"], "PMC12003952__research.0675.fig.001")


@pytest.fixture(scope="module")
def corpus(vocabularies: Path) -> Corpus:
    return Corpus(SAMPLE, vocabularies)


def shown(run: Run, store: Path, name: str, *options: object) -> dict[str, Any]:
    """The object that the command writes."""
    done = run("show", name, "--store", store, "--format", "json", *options)
    assert done.code == 0, done.stderr
    return json.loads(done.stdout)


def column(part: dict[str, Any], *names: str) -> list[Any]:
    rows = [tuple(row[name] for name in names) for row in part["rows"]]
    assert len(rows) == part["count"]
    return [row[0] for row in rows] if len(names) == 1 else rows


def years(corpus: Corpus, figures: set[str]) -> dict[str, int]:
    found = Counter(year for f in figures if (year := corpus.text(f, "year")))
    return dict(sorted(found.items()))


@pytest.mark.parametrize("symbol", ["IRF3", "TNF", "MAPK1", "TLR4"])
def test_a_gene(symbol: str, corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    found = shown(run_cli, linked_sample, symbol)
    (iri,) = {g for g in corpus.named(symbol) if corpus.taxon[g] == "9606"}
    mentions = [m for m in corpus.mentions if m.gene == iri]
    of_figure: dict[str, list[Any]] = defaultdict(list)
    for mention in mentions:
        of_figure[mention.figure].append(mention)
    assert (found["kind"], found["iri"], found["label"]) == ("gene", iri, symbol)
    (names,) = (row for row in human_genes(corpus.vocabularies) if row["symbol"] == symbol)
    assert found["previous_symbols"] == sorted(filter(None, names["previous_symbols"].split("|")))
    assert set(filter(None, names["alias_symbols"].split("|"))) <= set(found["aliases"])
    assert found["organism"]["name"] == "Homo sapiens"
    levels = corpus.trusted(corpus.figures[iri], iri)
    assert tuple(found["figures_by_level"].values()) == levels
    kinds = Counter(kind for kind, _ in {(m.kind, m.figure) for m in mentions})
    assert found["figures_by_match"] == dict(kinds)
    assert found["figures_by_year"] == years(corpus, corpus.figures[iri])
    surest = sorted(of_figure, key=lambda f: (surest_first(of_figure[f]), f))
    assert column(found["figures"], "figure", "match_kinds", "candidates") == [
        (f, evidence(of_figure[f])[0].split(), evidence(of_figure[f])[2]) for f in surest
    ]
    for row in found["figures"]["rows"]:
        assert row["paper_title"] == corpus.text(row["figure"], "papertitle")
    words = Counter(
        (w, m, k) for w, m, k, _ in {(m.word, m.match, m.kind, m.figure) for m in mentions}
    )
    assert {
        tuple(row): count
        for *row, count in column(found["words"], "word", "matched_term", "match_kind", "figures")
    } == dict(words)


def test_what_a_gene_is_drawn_with(corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    found = shown(run_cli, linked_sample, "irf-3")
    (iri,) = corpus.named("IRF3")
    figures = corpus.figures[iri]
    others = Counter(g for f in figures for g in corpus.genes[f] if g != iri)
    both = {g: corpus.trusted(figures, iri, g) for g, n in others.items() if n >= 2}
    rows = column(found["genes"], "other", "by_symbol", "unambiguous", "figures")
    assert {other: counts for other, *counts in rows} == {g: list(n) for g, n in both.items()}
    assert dict(column(found["chemicals"], "chemical", "figures")) == Counter(
        c for f in figures for c in corpus.chemicals[f]
    )
    diseases = column(found["diseases"], "disease", "named", "by_genes")
    assert {d: tuple(n) for d, *n in diseases} == corpus.diseases_of(figures)


def test_pathways_with_and_without_a_gene(corpus: Corpus, linked_sample: Path) -> None:
    some = 0
    with pfocr_kg.open(linked_sample) as graph:
        for iri, figures in corpus.figures.items():
            number, taxon = gene_number(iri), corpus.taxon[iri]
            having = {w: 0 for w, p in corpus.linking.pathways.items() if number in p.genes}
            lacking: Counter[str] = Counter()
            for (f, w), link in corpus.links.items():
                if number in link.shared:
                    having[w] += 1
                best = link.rank and link.rank <= 3
                if f in figures and w not in having and best and corpus.pathway(w).taxon == taxon:
                    lacking[w] += 1
            often = {w: n for w, n in lacking.items() if n >= 2}
            if not having and not often:
                continue
            some += bool(often)
            found = graph.show(number, kind="gene", limit=None)
            titles = {(w, corpus.pathway(w).title, n) for w, n in having.items()}
            assert set(column(found["pathways"], "pathway", "pathway_title", "figures")) == {
                (pathway_iri(w), *rest) for w, *rest in titles
            }
            assert dict(column(found["pathways_lacking"], "pathway", "figures")) == {
                pathway_iri(w): n for w, n in often.items()
            }
    assert some > 2


def test_a_disease(corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    found = shown(run_cli, linked_sample, "malignant tumor")
    naming = {f for f in corpus.records if CANCER in corpus.diseases[f]}
    keyed = {f for f in corpus.records if CANCER in corpus.disease_keywords[f]}
    assert found["iri"] == CANCER
    assert found["associated_genes"] == len(corpus.known_genes[CANCER])
    assert set(column(found["figures"], "figure")) == naming
    assert found["figures_by_year"] == years(corpus, naming)
    assert set(column(found["figures_by_genes"], "figure")) == keyed
    drawn = Counter(g for f in naming for g in corpus.genes[f])
    assert dict(column(found["genes"], "gene", "figures")) == drawn
    assert dict(column(found["chemicals"], "chemical", "figures")) == Counter(
        c for f in naming for c in corpus.chemicals[f]
    )
    linked = Counter(w for f, w in corpus.links if f in naming)
    annotated = {w for w, p in corpus.linking.pathways.items() if CANCER in p.diseases}
    assert set(column(found["pathways"], "pathway", "annotated", "figures")) == {
        (pathway_iri(w), w in annotated, linked[w]) for w in {*linked, *annotated}
    }


def test_a_chemical(corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    found = shown(run_cli, linked_sample, "fatty acids")
    figures = {f for f in corpus.records if FATTY_ACID in corpus.chemicals[f]}
    assert found["iri"] == FATTY_ACID
    assert set(column(found["figures"], "figure")) == figures
    assert found["figures_by_year"] == years(corpus, figures)
    assert set(column(found["words"], "word")) == {
        w for _, iri, w in corpus.chemical_words if iri == FATTY_ACID
    }
    drawn = Counter(g for f in figures for g in corpus.genes[f])
    assert dict(column(found["genes"], "gene", "figures")) == drawn
    assert dict(column(found["diseases"], "disease", "figures")) == Counter(
        d for f in figures for d in corpus.diseases[f]
    )


def test_an_organism(corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    found = shown(run_cli, linked_sample, "human")
    of_paper = {f for f in corpus.records if "9606" in corpus.paper_organisms[f]}
    fitting = {f for f in corpus.records if "9606" in corpus.gene_organisms[f]}
    assert found["figures_of"] == {"papers": len(of_paper), "genes": len(fitting)}
    only = {f for f in fitting if not corpus.paper_organisms[f]}
    assert set(column(found["figures"], "figure")) == of_paper | only
    genes = {g for g, taxon in corpus.taxon.items() if taxon == "9606"}
    assert found["genes"]["count"] == len(genes) > 100
    assert set(column(found["genes"], "gene")) == genes
    links = Counter(w for _, w in corpus.links)
    assert set(column(found["pathways"], "pathway", "pathway_title", "figures")) == {
        (pathway_iri(w), p.title, links[w])
        for w, p in corpus.linking.pathways.items()
        if p.taxon == "9606"
    }


def test_a_pathway(corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    found = shown(run_cli, linked_sample, "wp4880_r12345")
    pathway = corpus.pathway("WP4880")
    links = {f: link for (f, w), link in corpus.links.items() if w == "WP4880"}
    assert (found["title"], found["organism"]["name"]) == (pathway.title, "Homo sapiens")
    assert found["overlapping_figures"] == corpus.linking.overlapping(pathway)
    rows = column(found["figures"], "figure", "evidence", "rank", "margin")
    assert {f: (e, *places) for f, e, *places in rows} == {
        f: (said(link).split(), link.rank, round(link.margin, 9)) for f, link in links.items()
    }
    shared = Counter(n for link in links.values() for n in link.shared)
    assert dict(column(found["genes"], "gene", "figures")) == {
        gene(n): shared[n] for n in pathway.genes
    }
    symbols = dict(column(found["genes"], "gene", "symbol"))
    assert all(symbols[g] == corpus.symbol[g] for g in symbols if g in corpus.symbol)
    assert found["genes_drawn"] == len(shared)
    assert {d["iri"] for d in found["annotated_diseases"]} == pathway.diseases
    figures = [f for f, x in corpus.supporting("WP4880").items() if x.rank and x.rank <= 3]
    missing = Counter(
        g
        for f in figures
        for g in corpus.genes[f]
        if corpus.taxon[g] == "9606" and gene_number(g) not in pathway.genes
    )
    assert dict(column(found["missing_genes"], "gene", "figures")) == {
        g: n for g, n in missing.items() if n >= 2
    }


@pytest.mark.parametrize("many", [0, 500])
@pytest.mark.parametrize(
    ("level", "names"), [("any", IndexedNames), ("any", QueriedNames), ("symbol", IndexedNames)]
)
def test_missing_genes_are_those_of_the_query(
    many: int,
    level: str,
    names: type,
    linked_sample: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However the words are found, which depends on the number of figures."""
    monkeypatch.setattr(about_pathway, "_MANY", many)
    monkeypatch.setattr(lookup, "of_store", names)
    query = "genes-missing-from-pathway"
    with pfocr_kg.open(linked_sample) as graph:
        told = graph.show("WP4880", level=level).facts["missing_genes"]
        asked = list(graph.query(query, level=level, pathway="WP4880"))
    columns = {"bySymbol": "by_symbol", "allFigures": "all_figures"}
    assert asked
    assert list(told.rows) == [
        {columns.get(name, name): value for name, value in row.items()} for row in asked
    ]


@pytest.mark.parametrize(
    ("level", "way"),
    [("any", "gene"), ("symbol", "geneBySymbol"), ("unambiguous", "unambiguousGene")],
)
def test_pathways_count_figures_of_the_level(level: str, way: str, linked_sample: Path) -> None:
    asked = """SELECT ?pathway ?gene (COUNT(DISTINCT ?figure) AS ?figures) {
      ?link pfocr:pathway ?pathway ; pfocr:figure ?figure ;
        pfocr:sharedGene|pfocr:sharedSymbolGene ?gene .
      ?figure pfocr:%s ?gene } GROUP BY ?pathway ?gene"""
    with pfocr_kg.open(linked_sample) as graph:
        rows = list(graph.query(asked % way))
        counts = {(row["pathway"], row["gene"]): row["figures"] for row in rows}
        pathway, name = min(counts)
        for thing, key in ((pathway, "genes"), (name, "pathways")):
            part = graph.show(thing, level=level, limit=None).facts[key]
            kind = "gene" if key == "genes" else "pathway"
            told = {row[kind]: row["figures"] for row in part.rows if row["figures"]}
            at = key == "genes"
            assert told == {pair[at]: n for pair, n in counts.items() if pair[not at] == thing}


def gene_number(iri: str) -> str:
    return iri.rpartition("/")[2]


@pytest.mark.parametrize("figid", [*FIGURES, "PMC3614012__nihms379615f2"])
def test_a_paper(figid: str, corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    record = corpus.records[figure(figid)]
    name = corpus.text(figure(figid), "doi").upper() or record["pmcid"]
    found = shown(run_cli, linked_sample, name)
    figures = {f for f, r in corpus.records.items() if r["pmcid"] == record["pmcid"]}
    assert found["title"] == record["papertitle"]
    assert found["journal"] == (corpus.text(figure(figid), "journal_title") or None)
    assert found["year"] == (int(corpus.text(figure(figid), "year") or 0) or None)
    assert set(column(found["figures"], "figure")) == figures
    assert dict(column(found["genes"], "gene", "figures")) == Counter(
        g for f in figures for g in corpus.genes[f]
    )
    links = {w: link for (f, w), link in corpus.links.items() if f in figures}
    assert dict(column(found["pathways"], "pathway", "best_rank")) == {
        pathway_iri(w): link.rank for w, link in links.items()
    }


@pytest.mark.parametrize("figid", FIGURES)
def test_a_figure(figid: str, corpus: Corpus, linked_sample: Path, run_cli: Run) -> None:
    iri = figure(figid)
    record = corpus.records[iri]
    found = shown(run_cli, linked_sample, record["figid_alias"])
    assert found["iri"] == iri
    assert found["paper"]["title"] == record["papertitle"]
    assert found["paper"]["pmcid"] == record["pmcid"]
    assert found["paper"]["doi"] == (corpus.text(iri, "doi") or None)
    assert found["file_name"] == record["filename"]
    assert record["figlink"].strip("/") in found["page"]
    said_words = defaultdict(set)
    for m in corpus.mentions:
        if m.figure == iri:
            said_words[m.gene].add(
                (m.word, m.match, m.kind, m.lexicon, m.meanings or None, m.candidates)
            )
    keys = ("word", "matched_term", "match_kind", "lexicon", "meanings", "candidates")
    genes = column(found["genes"], "gene", "words")
    assert {g: {tuple(w[key] for key in keys) for w in words} for g, words in genes} == said_words
    named = dict(column(found["diseases"], "disease", "found_in"))
    assert set(named) == corpus.diseases[iri]
    keywords = column(found["diseases_of_genes"], "disease", "genes")
    assert {d: set(symbols) for d, symbols in keywords} == {
        d: {corpus.symbol[g] for g in corpus.known_genes[d] & corpus.genes[iri]}
        for d in corpus.disease_keywords[iri]
    }
    assert set(column(found["chemicals"], "chemical")) == corpus.chemicals[iri]
    mine = {w: link for (f, w), link in corpus.links.items() if f == iri}
    columns = ("pathway", "evidence", "rank", "margin", "wider_pathways")
    assert {p: tuple(row) for p, *row in column(found["pathways"], *columns)} == {
        pathway_iri(w): (said(x).split(), x.rank, round(x.margin, 9), sorted(x.wider))
        for w, x in mine.items()
    }
    assert {p: set(g) for p, g in column(found["pathways"], "pathway", "genes")} == {
        pathway_iri(w): {corpus.symbol[gene(n)] for n in x.shared} for w, x in mine.items()
    }
    similar = {f: len(corpus.genes[f] & corpus.genes[iri]) for f in corpus.records if f != iri}
    assert dict(column(found["similar"], "similar", "shared_genes")) == {
        f: n for f, n in similar.items() if n >= 3
    }


def test_where_diseases_are_named(corpus: Corpus, linked_sample: Path) -> None:
    places = defaultdict(set)
    for iri, rows in corpus.tables("diseases"):
        for row in rows:
            places[iri, disease_iri(row, corpus.dictionaries)].add("table")
    for iri in corpus.records:
        for key, place in TEXTS.items():
            for curie in named_in(corpus.text(iri, key)):
                places[iri, OBO + curie.replace(":", "_")].add(place)
    assert len({tuple(found) for found in places.values()}) > 2
    with pfocr_kg.open(linked_sample) as graph:
        for iri in corpus.records:
            found = graph.show(iri, limit=None)["diseases"]
            for disease, found_in in column(found, "disease", "found_in"):
                assert set(found_in) == places[iri, disease]
            assert found["count"] == len(corpus.diseases[iri])


def test_years_of_what_very_many_figures_have(
    corpus: Corpus, linked_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "_MANY", 0)
    with pfocr_kg.open(linked_sample) as graph:
        for name in ("IRF3", "TNF"):
            found = graph.show(name)
            assert found["figures_by_year"] == years(corpus, corpus.figures[found["iri"]])


@pytest.mark.parametrize("name", ["TNF", "AKT1", "MAPK1", "7099"])
@pytest.mark.parametrize("level", ["symbol", "unambiguous", "any"])
def test_figures_and_words_of_a_gene_are_those_of_the_queries(
    name: str, level: str, linked_sample: Path
) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        about = graph.show(name, level=level, limit=None)
        for part, query in (("figures", "figures-of-gene"), ("words", "words-of-gene")):
            rows = graph.query(query, gene=name, level=level).records()
            wanted = [
                {re.sub("(?=[A-Z])", "_", key).lower(): value for key, value in row.items()}
                for row in rows
            ]
            for row, other in zip(about[part]["rows"], wanted, strict=True):
                kinds = other.get("match_kinds") or other.get("match_kind") or ""
                word = kinds.rpartition("#")[2].removesuffix("Match").lower()
                assert row.get("match_kinds", row.get("match_kind")) in (kinds.split(), word)
                same = row.keys() & other.keys() - {"match_kinds", "match_kind"}
                assert len(same) >= 4
                assert {key: row[key] for key in same} == {key: other[key] for key in same}


@pytest.mark.parametrize("kind", NamedKind)
def test_the_page_lists_the_keys_of_each_kind(
    kind: str, built_sample: Path, linked_sample: Path, run_cli: Run
) -> None:
    parts = (ROOT / "docs" / "guides" / "show.md").read_text(encoding="utf-8").split("\n##")
    (common,) = (part for part in parts if part.startswith(" Keys in JSON\n"))
    (own,) = (part for part in parts if part.startswith(f"# {kind.capitalize()}\n"))
    rows = [row for row in (common + own).splitlines() if row.startswith("| `")]
    listed = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in rows]
    stores = (built_sample, linked_sample) if kind != "pathway" else (linked_sample,)
    for store in stores:
        found = shown(run_cli, store, THINGS[kind], "--kind", kind)
        assert sorted(found) == sorted(key for keys in listed for key in keys)
        assert found["linked"] is (store == linked_sample)
        for value in found.values():
            if isinstance(value, dict) and "rows" in value:
                assert list(value) == ["count", "rows", "query"]


@pytest.mark.slow
def test_turtle_is_the_graph_of_the_thing(
    corpus: Corpus, linked_sample: Path, run_cli: Run, tmp_path: Path
) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        graph.export(tmp_path / "all.nt")
    whole = set(ox.parse(path=str(tmp_path / "all.nt"), format=ox.RdfFormat.N_TRIPLES))

    def turtle(name: str) -> set[Any]:
        runs = [run_cli("show", name, "-f", "turtle", "--store", linked_sample) for _ in range(2)]
        assert runs[0].stdout == runs[1].stdout
        return set(ox.parse(runs[0].stdout.encode(), format=ox.RdfFormat.TURTLE))

    for kind in ("gene", "disease", "pathway", "paper"):
        iri = shown(run_cli, linked_sample, THINGS[kind])["iri"]
        assert turtle(THINGS[kind]) == {q for q in whole if q.subject.value == iri}
    own = figure(THINGS["figure"])
    nodes = {own, corpus.paper(own), *corpus.genes[own], *corpus.chemicals[own]}
    nodes |= corpus.diseases[own] | corpus.disease_keywords[own]
    nodes |= {
        q.object.value
        for q in whole
        if q.subject.value in nodes and q.predicate.value.endswith("#organism")
    }
    assert turtle(THINGS["figure"]) == {
        q for q in whole if q.subject.value in nodes or q.subject.value.startswith(f"{own}#")
    }


def small_graph() -> str:
    """Figures that draw gene 1, and pathways of every sort, written by hand."""
    figures = {"a": 3, "b": 2, "c": 1, "plant": 4}  # -> how many genes the word gave
    links = [
        *(("WP1", "a", 3, "GeneOverlap"), ("WP1", "b", 3, "GeneOverlap")),  # lacks the gene
        *(("WP2", "a", 4, "GeneOverlap"), ("WP2", "b", 4, "GeneOverlap")),  # is not among the best
        *(("WP3", "a", 0, "SharedSymbol"), ("WP3", "b", 0, "SharedSymbol")),  # has no rank
        *(("WP4", "a", 1, "GeneOverlap"), ("WP4", "plant", 1, "GeneOverlap")),  # of one figure
        *(("WP5", "a", 2, "GeneOverlap"), ("WP5", "b", 2, "GeneOverlap")),  # of mouse
        *(("WP6", "a", 1, "GeneOverlap"), ("WP6", "b", 1, "GeneOverlap")),  # has it
    ]
    lines = [f"PREFIX {name}: <{base}>" for name, base in iris.PREFIXES.items()]
    lines += [
        f'ncbigene:{number} a pfocr:Gene ; skos:prefLabel "G{number}" ; '
        f'dcterms:identifier "{number}" ; pfocr:organism NCBITaxon:9606 .'
        for number in (1, 2)
    ]
    for name, candidates in figures.items():
        node = f"<{figure(f'PMC1__{name}')}>"
        lines.append(
            f'{node} a pfocr:PathwayFigure ; dcterms:identifier "PMC1__{name}" ; '
            f"pfocr:gene ncbigene:1 ; dcterms:isPartOf pmc:1 ."
            f' <urn:m{name}> oa:hasBody ncbigene:1 ; oa:hasTarget {node} ; pfocr:word "G" ; '
            f"pfocr:matchKind pfocr:SymbolMatch ; pfocr:candidateCount {candidates} ."
        )
    for wpid in sorted({wpid for wpid, *_ in links}):
        taxon = "10090" if wpid == "WP5" else "9606"
        lines.append(
            f'wikipathways:{wpid} a pfocr:Pathway ; dcterms:title "{wpid}" ; '
            f"pfocr:pathwayGene ncbigene:2 ; pfocr:organism NCBITaxon:{taxon} ."
        )
    lines.append("wikipathways:WP6 pfocr:pathwayGene ncbigene:1 .")
    lines.append(f"<{figure('PMC1__plant')}> pfocr:doubtfulOrganism NCBITaxon:9606 .")
    for wpid, name, rank, kind in links:
        shared = "; pfocr:sharedGene ncbigene:1" * (wpid == "WP6" and name == "a")
        shared += "; pfocr:sharedSymbolGene ncbigene:2" * (kind == "SharedSymbol")
        place = f"; pfocr:rank {rank}" if rank else ""
        lines.append(
            f"<urn:l{wpid}{name}> a pfocr:PathwayLink ; pfocr:pathway wikipathways:{wpid} ; "
            f"pfocr:figure <{figure(f'PMC1__{name}')}> {place} ; "
            f"pfocr:evidence pfocr:{kind}Evidence {shared} ."
        )
    return "\n".join(lines)


def test_which_figures_are_surest_and_which_pathways_lack_a_gene() -> None:
    with serving(small_graph()) as endpoint, pfocr_kg.open(endpoint.url) as graph:
        found = graph.show("1", kind="gene")
    assert found["linked"] is True
    assert column(found["figures"], "figure") == [
        figure(f"PMC1__{name}") for name in ("c", "b", "a", "plant")
    ]
    assert column(found["pathways_lacking"], "pathway", "figures") == [(pathway_iri("WP1"), 2)]
    assert column(found["pathways"], "pathway", "figures") == [(pathway_iri("WP6"), 1)]
    words = ("word", "figures", "meanings", "candidates")
    assert column(found["words"], *words) == [("G", 4, None, 4)]


def test_links_by_symbols_count_for_the_genes_of_pathways() -> None:
    with serving(small_graph()) as endpoint, pfocr_kg.open(endpoint.url) as graph:
        gene, pathway = graph.show("2", kind="gene"), graph.show(pathway_iri("WP3"))
        of_figure = graph.show(figure("PMC1__a"))
    found = dict(column(gene["pathways"], "pathway", "figures"))
    assert found == {pathway_iri(f"WP{n}"): 2 * (n == 3) for n in range(1, 7)}
    assert column(pathway["genes"], "symbol", "figures") == [("G2", 2)]
    (row,) = (row for row in of_figure["pathways"]["rows"] if row["evidence"] == ["symbols"])
    assert (row["pathway"], row["rank"], row["genes"]) == (pathway_iri("WP3"), None, ["G2"])
