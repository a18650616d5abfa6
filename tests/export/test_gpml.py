"""Sketches: by the rules of GPML 2021, with what the files of the records say, and laid out."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pyoxigraph as ox
import pytest

from gpml_rules import NAMESPACE, read
from pfocr_kg import Graph
from pfocr_kg.errors import QueryError
from pfocr_kg.export import gpml, sketches
from pfocr_kg.export.sketches import Block, Citation, Node, Section, Sketch
from places import EXCERPT
from plain_levels import LEVELS, at_level
from plain_reading import Facts, bundled_taxa

SPECIES = {"559292": "4932", "511145": "562"}  # strains count as their species
SEVERAL_ORGANISMS = "PMC100005__mb2410575011"
ONE_WORD = "PMC5793760__cshperspect-TGF-022210_F4"
FAMILIES = "PMC3347317__viruses-04-00424-g002"
CHEMICALS = "PMC12003952__research.0675.fig.001"
PATHWAY = "WP4880"


def sketch(graph: Graph, **given: Any) -> Element:
    output = io.BytesIO()
    count = graph.write_gpml(output, **given)
    root = read(output.getvalue())
    assert count == len(all_of(root, "DataNode"))
    return root


def all_of(root: Element, name: str) -> list[Element]:
    return [*root.iter(NAMESPACE + name)]


def child(element: Element, name: str) -> Element:
    found = element.find(NAMESPACE + name)
    assert found is not None
    return found


def xref(element: Element) -> tuple[str, str]:
    found = child(element, "Xref")
    return found.attrib["identifier"], found.attrib["dataSource"]


def comments_of(root: Element) -> dict[str, str | None]:
    """Id of a node -> its comment."""
    return {xref(node)[0]: child(node, "Comment").text for node in all_of(root, "DataNode")}


def drawn(root: Element) -> dict[tuple[str, str], tuple[str, str]]:
    """(id, source) of a node -> its label, and the heading of its group or ""."""
    headings = {label.get("groupRef"): label.attrib["textLabel"] for label in all_of(root, "Label")}
    nodes = all_of(root, "DataNode")
    found = {
        xref(node): (
            node.attrib["textLabel"],
            headings[node.get("groupRef")] if node.get("groupRef") else "",
        )
        for node in nodes
    }
    assert len(found) == len(nodes)
    return found


def expected(facts: Facts, figid: str, genes: set[str]) -> dict[str, tuple[str | None, str]]:
    """Gene -> its label (None: its symbol) and heading, plainly: by words of fewest genes."""
    given = defaultdict(set)
    for of, gene, word, *_ in facts.gene_mentions:
        if of == figid and gene in genes:
            given[" ".join(word.split())].add(gene)
    labels: dict[str, tuple[str | None, str]] = {}
    for gene in genes:
        count, word = min((len(those), word) for word, those in given.items() if gene in those)
        labels[gene] = (word, "") if count == 1 else (None, word)
    return labels


def main_organism(genes: set[tuple[str, str]]) -> str:
    """The taxon with most genes, of (gene, taxon)."""
    counts = Counter(taxon for _, taxon in genes)
    return min(counts, key=lambda taxon: (-counts[taxon], taxon))


@pytest.mark.parametrize("level", LEVELS)
def test_every_figure_has_its_genes_and_chemicals(
    sample_graph: Graph, sample_facts: Facts, built_sample: Path, level: str
) -> None:
    names = {taxon: name for name, taxon in bundled_taxa().items()}
    taxon_of = {(f, g): SPECIES.get(t, t) for f, g, t in sample_facts.genes}
    kept = defaultdict(set)
    for figid, gene, *_ in at_level(level, sample_facts, built_sample):
        kept[figid].add((gene, taxon_of[figid, gene]))
    several = [figid for figid, genes in kept.items() if len({taxon for _, taxon in genes}) > 1]
    assert several or level == "unambiguous"  # meanings are known of human words only
    drawn_chemicals = defaultdict(set)
    for figid, iri in sample_facts.chemicals:
        drawn_chemicals[figid].add(iri.rsplit("/", 1)[1])
    for figid in sorted(sample_facts.figures):
        if not kept[figid] and not drawn_chemicals[figid]:
            with pytest.raises(QueryError, match=f"^{figid}: there is nothing to draw: no genes"):
                sketch(sample_graph, figure=figid, level=level)
            continue
        root = sketch(sample_graph, figure=figid, level=level)
        nodes = drawn(root)
        genes = set()
        if kept[figid]:
            taxon = main_organism(kept[figid])
            genes = {gene for gene, of in kept[figid] if of == taxon}
            assert root.get("organism") == names[taxon]
        want = expected(sample_facts, figid, genes)
        found = {gene: shown for (gene, source), shown in nodes.items() if source == "ncbigene"}
        assert found.keys() == want.keys()
        for gene, (label, heading) in want.items():
            assert found[gene] == (label or found[gene][0], heading)
        chemicals = {name for name, source in nodes if source != "ncbigene"}
        assert chemicals == drawn_chemicals[figid]
        check_layout(root)


def test_words_of_several_genes_are_headings_of_their_symbols(sample_graph: Graph) -> None:
    root = sketch(sample_graph, figure=FAMILIES)
    nodes = drawn(root)
    assert nodes["3725", "ncbigene"] == ("JUN", "AP-1")
    assert nodes["57506", "ncbigene"] == ("IPS-1", "")
    comments = comments_of(root)
    assert comments["57506"] == "MAVS: read from “IPS-1” (synonym)"
    assert comments["3725"] == "JUN: read from “AP-1” (family)"


def test_a_word_read_as_several_terms_is_one_heading(sample_graph: Graph) -> None:
    root = sketch(sample_graph, figure=ONE_WORD)
    nodes = drawn(root)
    under = {label for label, word in nodes.values() if word == "ALK1/2"}
    assert under == {"ACVR1", "ACVRL1", "ALK", "SLPI"}  # of ALK1 and ALK2
    assert comments_of(root)["90"] == "ACVR1: read from “ALK1/2” (synonym)"


def test_chemicals_are_metabolites_with_their_ids(sample_graph: Graph) -> None:
    root = sketch(sample_graph, figure=CHEMICALS)
    types = {xref(node): node.get("type") for node in all_of(root, "DataNode")}
    assert types["CHEBI:26523", "chebi"] == "Metabolite"
    assert types["50943", "ncbigene"] == "GeneProduct"
    assert drawn(root)["CHEBI:26523", "chebi"] == ("ROS", "")


GRAPH = b"""
@prefix : <https://w3id.org/pfocr/vocab#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix figure: <https://pfocr.wikipathways.org/figures/> .
@prefix taxon: <http://purl.obolibrary.org/obo/NCBITaxon_> .

<https://identifiers.org/wikipathways/WP1> a :Pathway ; dct:identifier "WP1" ;
  :organism taxon:4530 .
figure:PMC1__f.html a :PathwayFigure ; dct:identifier "PMC1__f" ; dct:isPartOf <urn:p> ;
  :gene <urn:fish>, <urn:mouse>, <urn:human> ; :doubtfulOrganism taxon:10090 ;
  :chemical <urn:a>, <urn:b>, <urn:c> ; :disease <urn:d> .
<urn:p> dct:identifier "PMC1" ; dct:title "A  paper" .
<urn:mouse> dct:identifier "5" ; skos:prefLabel "Abc1" ; :organism taxon:10090 .
<urn:fish> dct:identifier "7" ; skos:prefLabel "abc1" ; :organism taxon:7955 .
<urn:human> dct:identifier "6" ; skos:prefLabel "ABC1" ; :organism taxon:9606 .
<urn:a> dct:identifier "CHEBI:1" ; skos:prefLabel "One" .
<urn:b> dct:identifier "mesh:D2" ; skos:prefLabel "Two" .
<urn:c> dct:identifier "CHEBI:3" ; skos:prefLabel "Three" .
<urn:d> dct:identifier "DOID:4" ; skos:prefLabel "Four" .
<urn:1> oa:hasTarget figure:PMC1__f.html ; oa:hasBody <urn:a> ; :matchedTerm "m" ; :word "m/n" .
<urn:2> oa:hasTarget figure:PMC1__f.html ; oa:hasBody <urn:b> ; :matchedTerm "n" ; :word "m/n" .
<urn:3> oa:hasTarget figure:PMC1__f.html ; oa:hasBody <urn:c> ; :word " c\\nd " .
"""


def test_doubtful_genes_and_words_of_several_chemicals() -> None:
    store, output = ox.Store(), io.BytesIO()
    store.load(GRAPH, ox.RdfFormat.TURTLE)
    # Genes of mouse are doubtful; zebrafish has as many as human, and the first taxon.
    assert gpml.write(store, output, figure="PMC1__f") == 4
    root = read(output.getvalue())
    assert (root.get("title"), root.get("organism")) == ("A paper", "Danio rerio")
    assert drawn(root) == {
        ("7", "ncbigene"): ("abc1", ""),
        ("CHEBI:1", "chebi"): ("One", "m/n"),
        ("D2", "mesh"): ("Two", "m/n"),
        ("CHEBI:3", "chebi"): ("c d", ""),
    }
    assert xref(all_of(root, "Citation")[0]) == ("PMC1", "pmc")
    check_layout(root)
    assert "doubtful" not in (child(root, "Description").text or "")
    notes: list[str] = []
    output = io.BytesIO()
    gpml.write(store, output, figure="PMC1__f", organism="mouse", on_note=notes.append)
    doubt = "genes of Mus musculus are doubtful here: the paper is about plants,"
    assert notes[-1].startswith(doubt)
    assert doubt in (child(read(output.getvalue()), "Description").text or "")


def test_a_pathway_without_genes_is_not_drawn() -> None:
    store, output = ox.Store(), io.BytesIO()
    store.load(GRAPH, ox.RdfFormat.TURTLE)
    with pytest.raises(QueryError, match=r"^WP1: there is nothing to draw: no genes of Oryza sat"):
        gpml.write(store, output, pathway="WP1")
    assert output.getvalue() == b""


def test_the_figure_is_the_reference(sample_graph: Graph) -> None:
    root = sketch(sample_graph, figure=CHEMICALS)
    (citation,) = all_of(root, "Citation")
    assert xref(citation) == ("10.34133/research.0675", "doi")
    page = f"https://pfocr.wikipathways.org/figures/{CHEMICALS}.html"
    assert child(citation, "Url").get("link") == page
    assert child(root, "CitationRef").get("elementRef") == citation.get("elementId")
    said = child(root, "Description").text or ""
    assert said.startswith("Figure F1 of: Perilla frutescens ")
    assert f"PMC12003952. {page} " in said


def test_an_organism_can_be_chosen(sample_graph: Graph) -> None:
    notes: list[str] = []
    root = sketch(sample_graph, figure=SEVERAL_ORGANISMS, on_note=notes.append)
    assert root.get("organism") == "Homo sapiens"
    left_out = "Drosophila melanogaster (18), Rattus norvegicus (6)"
    assert notes[1] == f"genes of Homo sapiens; left out are those of {left_out}"
    root = sketch(
        sample_graph, figure=SEVERAL_ORGANISMS, organism="fruit fly", on_note=notes.append
    )
    assert root.get("organism") == "Drosophila melanogaster"
    assert len(all_of(root, "DataNode")) == 18
    assert len(notes) == 3


def pathway_genes(wpid: str) -> set[str]:
    path = EXCERPT / "pathways" / wpid / f"{wpid}-datanodes.tsv"
    with path.open(encoding="utf-8") as file:
        cells = [row["NCBI gene"] for row in csv.DictReader(file, delimiter="\t")]
    return {gene.removeprefix("ncbigene:") for cell in cells for gene in cell.split(";") if gene}


def test_a_pathway_has_its_genes_and_those_that_it_lacks(linked: Graph) -> None:
    rows = linked.query("genes-missing-from-pathway", pathway=PATHWAY)
    missing = [(row["gene"], row["unambiguous"]) for row in rows]
    root = sketch(linked, pathway=PATHWAY)
    assert root.get("organism") == "Homo sapiens"
    assert (root.get("title") or "").startswith(f"Sketch: genes for {PATHWAY} Host-pathogen ")
    assert root.find(f"{NAMESPACE}Xref") is None
    assert f"A sketch for pathway {PATHWAY} (Host" in (child(root, "Description").text or "")
    nodes = {xref(node)[0]: node for node in all_of(root, "DataNode")}
    fills = {gene: child(node, "Graphics").get("fillColor") for gene, node in nodes.items()}
    new = {gene: fill for gene, fill in fills.items() if fill}
    assert [f"https://identifiers.org/ncbigene/{gene}" for gene in new] == [g for g, _ in missing]
    assert [*new.values()] == ["ccffcc" if sure else "ffff99" for _, sure in missing]
    assert len({*new.values()}) == 2
    assert nodes.keys() - {*new} == pathway_genes(PATHWAY)
    assert 0 < len(new) < len(nodes)
    check_layout(root)


@pytest.mark.parametrize("most", [5, 1])
def test_a_missing_gene_cites_the_figures_that_draw_it(
    linked: Graph, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(sketches, "_CITED", most)
    root = sketch(linked, pathway=PATHWAY)
    pages = {c.get("elementId"): child(c, "Url").get("link") for c in all_of(root, "Citation")}
    checked = 0
    for node in all_of(root, "DataNode"):
        cited = [pages[ref.get("elementRef")] for ref in all_of(node, "CitationRef")]
        if child(node, "Graphics").get("fillColor") is None:
            assert cited == []
            continue
        rows = [*linked.query("figures-of-missing-gene", pathway=PATHWAY, gene=xref(node)[0])]
        figures = list(dict.fromkeys(row["figure"] for row in rows))
        assert cited == figures[:most]
        comment = child(node, "Comment").text or ""
        symbol = node.attrib["textLabel"]
        assert comment.startswith(f"{symbol}: read from “")
        assert f" in {len(figures)} figure" in comment
        kinds = [row["matchKind"].rpartition("#")[2].removesuffix("Match").lower() for row in rows]
        for row, kind in zip(rows, kinds, strict=True):
            assert f"“{row['word']}” ({kind})" in comment
        checked += 1
    assert checked > 3


def boxes(elements: list[Element]) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right and bottom."""
    for element in elements:
        drawn = child(element, "Graphics")
        x, y, w, h = (float(drawn.attrib[n]) for n in ("centerX", "centerY", "width", "height"))
        yield x - w / 2, y - h / 2, x + w / 2, y + h / 2


def check_layout(root: Element) -> None:
    """Nothing overlaps, groups hold what they are of, and all is on the board."""
    nodes = all_of(root, "DataNode") + all_of(root, "Label")
    groups = all_of(root, "Group")
    alone = [node for node in nodes if not node.get("groupRef")]
    for these in (nodes, groups + alone):
        for one, two in combinations(boxes(these), 2):
            assert one[2] < two[0] or two[2] < one[0] or one[3] < two[1] or two[3] < one[1]
    for group in groups:
        ((left, top, right, bottom),) = boxes([group])
        own = [node for node in nodes if node.get("groupRef") == group.get("elementId")]
        assert len(own) > 1
        for box in boxes(own):
            assert left < box[0]
            assert top < box[1]
            assert box[2] < right
            assert box[3] < bottom
    board = child(root, "Graphics").attrib
    for left, top, right, bottom in boxes(nodes + groups):
        assert min(left, top) > 0
        assert right < float(board["boardWidth"])
        assert bottom < float(board["boardHeight"])
    for node, box in zip(nodes, boxes(nodes), strict=True):
        # PathVisio writes Arial in 12 points: 7 pixels a letter on average.
        assert box[2] - box[0] > 7 * len(node.attrib["textLabel"])


ODD = "a<b & \"c\" 'd'\x00\x1f\ufffe\U0001f600 é"


def test_any_text_is_written() -> None:
    node = Node(ODD, ODD, "ncbigene", ODD, citations=(Citation(ODD, "doi", ODD),))
    made = Sketch(ODD, ODD, ODD, (Section([Block((node, node), ODD)], ODD),), node.citations)
    root = read(gpml.document(made))
    clean = ODD.replace("\x00", "\ufffd").replace("\x1f", "\ufffd").replace("\ufffe", "\ufffd")
    assert root.get("title") == child(root, "Description").text == clean
    first = all_of(root, "DataNode")[0]
    assert xref(first) == (clean, "ncbigene")
    assert first.get("textLabel") == child(first, "Comment").text == clean
    assert {label.get("textLabel") for label in all_of(root, "Label")} == {clean}


def test_an_empty_sketch_is_one_still() -> None:
    root = read(gpml.document(Sketch("t", "", "d", ())))
    assert [element.tag.removeprefix(NAMESPACE) for element in root] == ["Description", "Graphics"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GPML/2021", "GPML/2013a"),
        (' title="t"', ""),
        ('width="60" ', ""),
        ('elementId="n1"', 'elementId="1"'),
        ('elementId="n1"', 'elementId="c1"'),
        ('elementRef="c1"', 'elementRef="c2"'),
        ('height="20"', 'height="-20"'),
        ("</Pathway>", "<DataNodes /></Pathway>"),
        ("<Description>d</Description>", "d"),
        ('zOrder="1"', 'colour="red"'),
    ],
)
def test_the_rules_see_what_is_wrong(before: str, after: str) -> None:
    citation = Citation("1", "pmc", "u")
    node = Node("a", "1", "ncbigene", citations=(citation,))
    text = gpml.document(Sketch("t", "", "d", (Section([Block((node,))]),))).decode()
    assert before in text
    read(text.encode())
    with pytest.raises(AssertionError):
        read(text.replace(before, after).encode())


def test_command_writes_what_the_library_writes(
    run_cli: Callable[..., Any], linked_sample: Path, linked: Graph, tmp_path: Path
) -> None:
    store = ("--store", linked_sample, "--quiet")
    for name, given in (("figure", FAMILIES), ("pathway", PATHWAY)):
        output = io.BytesIO()
        linked.write_gpml(output, **{name: given})
        done = run_cli("export", *store, f"--{name}", given, "--format", "gpml")
        assert (done.code, done.stderr) == (0, "")
        assert done.stdout.encode() == output.getvalue()
        path = tmp_path / f"{name}.gpml"
        assert run_cli("export", *store, f"--{name}", given, "--output", path).code == 0
        assert path.read_bytes() == output.getvalue()


def test_other_conditions_choose_the_figures_of_a_pathway(
    run_cli: Callable[..., Any], linked_sample: Path, linked: Graph
) -> None:
    done = run_cli(
        *("export", "--store", linked_sample, "--quiet", "--pathway", PATHWAY),
        *("--search", "interferon", "--format", "gpml"),
    )
    with linked.subset(search="interferon") as subset:
        want = {row["gene"] for row in subset.query("genes-missing-from-pathway", pathway=PATHWAY)}
    assert done.code == 0, done.stderr
    new = [n for n in all_of(read(done.stdout.encode()), "DataNode") if all_of(n, "CitationRef")]
    assert {f"https://identifiers.org/ncbigene/{xref(node)[0]}" for node in new} == want


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "gpml is a sketch of one figure or of one pathway. Give --figure NAME or --path"),
        (("--figure", FAMILIES, "--pathway", PATHWAY), "gpml is a sketch of one figure or of"),
        (("--figure", FAMILIES, "--figure", FAMILIES), "gpml is a sketch of one figure: give"),
        (
            ("--figure", FAMILIES, "--organism", "zebrafish"),
            f"{FAMILIES}: there is nothing to draw: no genes of Danio rerio and no chemicals",
        ),
        (("--figure", "PMC1__none"), "no figure of the graph is called 'PMC1__none'"),
        (("--figure", FAMILIES, "--organism", "unicorn"), "unknown organism"),
        (("--figure", FAMILIES, "--min-size", "2"), "--min-size does not go with gpml"),
    ],
)
def test_what_does_not_go_is_said_in_a_line(
    run_cli: Callable[..., Any], linked_sample: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run_cli("export", "--store", linked_sample, "--quiet", "--format", "gpml", *arguments)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_sketch_of_nothing_leaves_no_file(
    run_cli: Callable[..., Any], linked_sample: Path, tmp_path: Path
) -> None:
    output = tmp_path / "nothing.gpml"
    done = run_cli(
        *("export", "--store", linked_sample, "--quiet", "--output", output),
        *("--figure", FAMILIES, "--organism", "zebrafish"),
    )
    assert done.code == 2
    assert not output.exists()


def test_library_refuses_an_unknown_level(linked: Graph) -> None:
    with pytest.raises(QueryError, match="there is no level 'sure'"):
        sketch(linked, figure=FAMILIES, level="sure")
