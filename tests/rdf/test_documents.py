"""Documents with every key, written by hand; what is absent has no key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pfocr_kg import model
from pfocr_kg.model import Entity, Evidence, Kind, MatchKind, Mention
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.rdf.counts import DocumentCounter, GraphCounts

X = "https://example.org/"
FIGURES = "https://pfocr.wikipathways.org/figures/"
PFOCR = "https://w3id.org/pfocr/vocab#"


def some(kind: Kind, *names: str, organism: str = "") -> tuple[Entity, ...]:
    return tuple(Entity(kind, X + name, name, organism) for name in names)


def iris(*names: str) -> list[str]:
    return [X + name for name in names]


G1, G2 = some(Kind.GENE, "g1", "g2", organism="9606")
(MOUSE_G1,) = some(Kind.GENE, "g1", organism="10090")
(CHEMICAL,), (DISEASE,) = some(Kind.CHEMICAL, "c"), some(Kind.DISEASE, "d")

FIGURE = model.Figure(
    *("PMC1__f", model.Paper("PMC1"), "Title", "Caption", "F1", "Figure", "Alias", "f.jpg"),
    *("/pmc/articles/PMC1/f1/", "0.9", "a1b2", True, "http://example.org/x"),
    organisms=some(Kind.ORGANISM, "o1", "o2"),
    paper_organisms=some(Kind.ORGANISM, "o1"),
    gene_organisms=some(Kind.ORGANISM, "o2"),
    doubtful_organisms=some(Kind.ORGANISM, "o3"),
    organism_names=("yeti",),
    genes=(G1, G2, MOUSE_G1),
    genes_by_symbol=(G1, MOUSE_G1),
    unambiguous_genes=(MOUSE_G1, G1, G2),
    chemicals=(CHEMICAL,),
    diseases=(DISEASE,),
    disease_keywords=some(Kind.DISEASE, "k"),
    keywords=("word",),
    mentions=(
        Mention(G1, "w", "m", "lex", 2, X + "mesh", MatchKind.SYMBOL, 3, "title"),
        Mention(CHEMICAL, "", "", ""),
    ),
    pathways=some(Kind.PATHWAY, "WP1"),
)
DOCUMENT = {
    "id": FIGURES + "PMC1__f.html",
    "type": "PathwayFigure",
    "figid": "PMC1__f",
    "figtitle": "Title",
    "caption": "Caption",
    "number": "F1",
    "figtype": "Figure",
    "figid_alias": "Alias",
    "filename": "f.jpg",
    "figlink": "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/f1/",
    "page_of_other_paper": "http://example.org/x",
    "automl_pathway": "0.9",
    "ndex": "https://www.ndexbio.org/viewer/networks/a1b2",
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "creator": "https://www.wikipathways.org/",
    "organism": iris("o1", "o2"),
    "paper_organism": iris("o1"),
    "gene_organism": iris("o2"),
    "doubtful_organism": iris("o3"),
    "organism_name": ["yeti"],
    "gene": iris("g1", "g2"),
    "gene_by_symbol": iris("g1"),
    "unambiguous_gene": iris("g1", "g2"),
    "chemical": iris("c"),
    "disease": iris("d"),
    "disease_keyword": iris("k"),
    "keyword": ["word"],
    "wpid": iris("WP1"),
}
PAPER = {"id": "https://europepmc.org/article/PMC/1", "type": "ScholarlyArticle", "pmcid": "PMC1"}
MENTION = {
    "type": "GeneMention",
    "target": FIGURES + "PMC1__f.html",
    "body": X + "g1",
    "word": "w",
    "match": "m",
    "source": "lex",
    "candidates": "2",
    "match_kind": PFOCR + "SymbolMatch",
    "meaning_count": "3",
    "found_in": "title",
    "mesh": X + "mesh",
}


def test_figure() -> None:
    node = document.figure(FIGURE)
    assert node.pop("paper") == PAPER
    full, bare = node.pop("mention")
    assert len({full.pop("id"), bare.pop("id")}) == 2
    assert full == MENTION
    assert bare == {"type": "ChemicalMention", "target": FIGURES + "PMC1__f.html", "body": X + "c"}
    assert node == DOCUMENT
    paper = model.Paper(
        *("PMC1", "T", "C", "2012", "10.1/Ab", "Journal", "J", "P"), keywords=("k", "l")
    )
    bare = document.figure(model.Figure("PMC1__f", paper))
    assert bare == {
        "id": FIGURES + "PMC1__f.html",
        "type": "PathwayFigure",
        "figid": "PMC1__f",
        "creator": "https://www.wikipathways.org/",
        "paper": {
            **PAPER,
            "papertitle": "T",
            "reftext": "C",
            "year": "2012",
            "doi": "10.1/Ab",
            "same_as": "https://doi.org/10.1/ab",
            "journal_title": "Journal",
            "journal_nlm_ta": "J",
            "publisher_name": "P",
            "keywords": ["k", "l"],
        },
    }


@pytest.mark.parametrize("field", [field for field in Mention._fields if field != "candidates"])
def test_another_mention_has_another_iri(field: str) -> None:
    """But one whose counts or kind of match changed is the same mention."""
    (mention, _) = FIGURE.mentions
    others = {"entity": G2, "match_kind": MatchKind.SYNONYM, "meanings": 9}
    other = mention._replace(**{field: others.get(field, "other")})
    one, two = (
        document.figure(replace(FIGURE, mentions=(each,)))["mention"][0]["id"]
        for each in (mention, other)
    )
    assert (one == two) == (field in ("match_kind", "meanings"))


def test_entity() -> None:
    labelled = model.Labelled(
        Entity(Kind.CHEMICAL, X + "c", "CHEBI:5", "9606"),
        "Label",
        ("other",),
        "TP53",
        ("ENSG1",),
        (X + "same",),
        tuple(iris("g1")),
    )
    assert document.entity(labelled) == {
        "id": X + "c",
        "type": "Chemical",
        "identifier": "CHEBI:5",
        "label": "Label",
        "preferred_label": "Label",
        "other_label": ["other"],
        "organism": "http://purl.obolibrary.org/obo/NCBITaxon_9606",
        "exact_match": ["http://purl.obolibrary.org/obo/CHEBI_5", X + "same"],
        "hgnc_symbol": "https://identifiers.org/hgnc.symbol/TP53",
        "ensembl": ["https://identifiers.org/ensembl/ENSG1"],
        "associated_gene": iris("g1"),
    }
    bare = document.entity(model.Labelled(G1._replace(organism=""), ""))
    assert bare == {"id": X + "g1", "type": "Gene", "identifier": "g1"}


def test_pathway() -> None:
    (organism,) = some(Kind.ORGANISM, "o")
    record = model.Pathway("WP1", "Title", organism, genes=(G1,), diseases=(DISEASE,))
    assert document.pathway(record, ["A", "B"], 0) == {
        "id": "https://identifiers.org/wikipathways/WP1",
        "type": "Pathway",
        "identifier": "WP1",
        "title": "Title",
        "organism": X + "o",
        "pathway_gene": iris("g1"),
        "disease": iris("d"),
        "derived_from": [FIGURES + "A.html", FIGURES + "B.html"],
        "overlapping_figures": "0",
    }
    assert "organism" not in document.pathway(model.Pathway("WP1"), [], 0)


def test_link() -> None:
    (pathway, wider) = some(Kind.PATHWAY, "WP1", "WP2")
    overlap = model.Overlap((G1, G2), 3, 0.5, 1e-10, 2e-8, 0.25, 12.5, 4, 5, -1.5, (wider,))
    kinds = (Evidence.CURATED, Evidence.GENE_OVERLAP)
    by_genes = document.link(model.PathwayLink("A", pathway, kinds, overlap, 6.5))
    common = {
        "id": FIGURES + "A.html#link-WP1",
        "type": "PathwayLink",
        "figure": FIGURES + "A.html",
        "pathway": X + "WP1",
    }
    numbers = {
        "shared_word_count": "3",
        "jaccard": "5.0E-1",
        "p_value": "1.0E-10",
        "adjusted_p_value": "2.0E-8",
        "word_p_value": "2.5E-1",
        "score": "1.25E1",
        "rank_in_organism": "5",
        "margin": "-1.5E0",
    }
    assert by_genes == common | numbers | {
        "evidence": [PFOCR + "CuratedEvidence", PFOCR + "GeneOverlapEvidence"],
        "text_score": "6.5E0",
        "shared_gene": iris("g1", "g2"),
        "shared_gene_count": "2",
        "rank": "4",
        "wider_pathway": iris("WP2"),
    }
    symbols = overlap._replace(rank=None, wider=(), by_symbol=True)
    kinds = (Evidence.SHARED_SYMBOL,)
    assert document.link(model.PathwayLink("A", pathway, kinds, symbols)) == common | numbers | {
        "evidence": [PFOCR + "SharedSymbolEvidence"],
        "shared_symbol_gene": iris("g1", "g2"),
        "shared_symbol_count": "2",
    }
    bare = document.link(model.PathwayLink("A", pathway, (Evidence.CURATED,)))
    assert bare == common | {"evidence": [PFOCR + "CuratedEvidence"]}


def test_set_of_links_and_creator() -> None:
    assert document.link_set({"a": True, "b": 3, "c": 0.25}, 0) == {
        "id": "https://w3id.org/pfocr/links",
        "type": "LinkSet",
        "pairs_tested": "0",
        "a": "true",
        "b": "3",
        "c": "2.5E-1",
    }
    wikipathways = "https://www.wikipathways.org/"
    assert document.creator() == {
        "id": wikipathways,
        "type": "Organization",
        "label": "WikiPathways",
    }


def test_documents_are_counted_as_their_triples() -> None:
    """Of figures without their papers, of entities, pathways and links, each once."""
    to = Entity(Kind.PATHWAY, "https://identifiers.org/wikipathways/WP1", "WP1")
    figures = [document.figure(FIGURE), document.figure(replace(FIGURE, figid="B", mentions=()))]
    for node in figures:
        node.pop("paper")
        node["gene"] = [f"https://identifiers.org/ncbigene/{n}" for n in (1, 2)]
    nodes = [
        *figures,
        document.entity(model.Labelled(Entity(Kind.CHEMICAL, X + "c", "CHEBI:5"), "L", ("o",))),
        document.pathway(model.Pathway("WP1", "T", genes=(G1,)), ["A"], 3),
        document.link(model.PathwayLink("A", to, (Evidence.CURATED, Evidence.SHARED_TEXT))),
        document.link(model.PathwayLink("B", to, (Evidence.CURATED,))),
        document.creator(),
    ]
    counter, counts = DocumentCounter(), GraphCounts()
    for node in nodes:
        counter.add(node)
        counts.count_lines(ntriples.to_ntriples(node).splitlines(keepends=True), 1)
    assert counter.counts() == counter.counts() == counts
    assert counts.links["CHEBI-obo", "http://www.w3.org/2004/02/skos/core#exactMatch"] == 1
    assert counts.links["wikipathways", PFOCR + "pathway"] == 2
