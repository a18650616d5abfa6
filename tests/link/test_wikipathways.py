"""Reading WikiPathways: its database, GMT, RDF and an endpoint."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from pfocr_kg.errors import RecordError, SourceError
from pfocr_kg.link import wikipathways
from pfocr_kg.link.wikipathways import read, read_all
from pfocr_kg.model import Pathway
from places import EXCERPT, WIKIPATHWAYS_RDF
from sparql_service import serving

Put = Callable[..., Path]


def gene_ids(pathway: Pathway) -> list[str]:
    return [gene.identifier for gene in pathway.genes]


def unnamed(pathway: Pathway) -> Pathway:
    """Without what is read from the database only: the nodes of genes and their names."""
    return replace(pathway, gene_nodes=0, gene_names=())


def one(source: Path, **options: object) -> Pathway:
    (pathway,) = read(source, **options)  # type: ignore[arg-type]
    return pathway


def shifted(cell: str) -> str:
    """A row whose comment holds two tabs, as some do."""
    return "\t".join(["A", "Protein", "x:1", '"a', "b", 'c"', "", cell, *[""] * 10])


class TestDatabase:
    def test_what_is_read(self, put_pathway: Put) -> None:
        source = put_pathway(
            "WP12",
            ["7", "30", "7"],
            refs="123\tPubmed\n10.1000/ABC.1\tDOI\n",
            info={
                "ontology-ids": ["PW:0000001", "DOID:0080600", "DOID:162", "CL:1"],
                "description": "After https://pfocr.wikipathways.org/figures/PMC1__f1.html",
            },
        )
        pathway = one(source)
        assert pathway.title == "Title of WP12"
        assert pathway.organism is not None
        assert pathway.organism.iri == "http://purl.obolibrary.org/obo/NCBITaxon_9606"
        assert gene_ids(pathway) == ["7", "30"]
        assert {gene.organism for gene in pathway.genes} == {"9606"}
        assert [d.identifier for d in pathway.diseases] == ["DOID:162", "DOID:0080600"]
        assert pathway.figids == ("PMC1__f1",)
        assert (pathway.pubmed, pathway.dois) == (("123",), ("10.1000/abc.1",))

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            pytest.param("A\tProtein\tx\t\t\tncbigene:5", ["5"], id="tabs are lost"),
            pytest.param("A\tProtein\tx", [], id="cells are lost"),
            pytest.param(shifted("ncbigene:5").replace("\tb", "\nb"), ["5"], id="a line break"),
            pytest.param(
                shifted("ncbigene:5").replace("\tb", "\tb\tncbigene:9"), ["5"], id="in a comment"
            ),
            pytest.param(shifted("L:5;L:6"), ["5", "6"], id="ids of December 2022"),
            pytest.param(shifted("") + "\tncbigene:5", [], id="an id in another column"),
            pytest.param(shifted("ncbigene:5"), ["5"], id="tabs in the comment"),
            pytest.param(shifted("ncbigene:5;ncbigene:6"), ["5", "6"], id="several"),
            pytest.param(shifted("ensembl:ENSG01"), [], id="another database"),
            pytest.param(shifted("GO:0000003"), [], id="a number of something else"),
            pytest.param(shifted("ncbigene:5") + "\r", ["5"], id="carriage return"),
        ],
    )  # fmt: skip
    def test_gene_cells(self, put_pathway: Put, row: str, expected: list[str]) -> None:
        assert gene_ids(one(put_pathway("WP1", rows=[row]))) == expected

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(("\n", "\t\n", 1), id="a tab after the header"),
            pytest.param(("\n", "\t\t\n", 0), id="tabs after all lines"),
            pytest.param((r"^(G\d+\t.*)", r"\1\t", 0), id="tabs after some rows"),
            pytest.param((r"\t+$", "", 0), id="tabs are lost"),
            pytest.param(("\tEns", "\t\tEns", 0), id="a blank name of a column"),
            pytest.param(("\tHGNC", "\t \tHGNC", 0), id="a blank name after the genes"),
            pytest.param((r"^((.*?\t){3})", r"\1\t", 0), id="a blank column"),
            pytest.param((r"^((.*?\t){8})", r"\1\t", 0), id="one after the genes"),
            pytest.param(("NCBI gene", " NCBI gene ", 0), id="blanks around a name"),
            pytest.param(("LipidMaps", "Lipid\tMaps", 0), id="a name without cells"),
            pytest.param((r"NCBI gene", "NCBI.gene", 0), id="the name of December 2022"),
            pytest.param(("ncbigene:", "L:", 0), id="the ids of December 2022"),
        ],
    )
    def test_tabs_and_names_of_columns_cost_no_gene(
        self, put_pathway: Put, change: tuple[str, str, int]
    ) -> None:
        cells = [
            "A",
            "Protein",
            "x:1",
            '""',
            "ensembl:E1",
            "ncbigene:8",
            "hgnc.symbol:A",
            "uniprot:U",
        ]
        source = put_pathway("WP1", ["5", "60"], rows=["\t".join([*cells, *[""] * 8])])
        table = source / "pathways" / "WP1" / "WP1-datanodes.tsv"
        before = one(source)
        pattern, new, count = change
        text = re.sub(pattern, new, table.read_text(encoding="utf-8"), count=count, flags=re.M)
        table.write_text(text, encoding="utf-8")
        errors: list[RecordError] = []
        assert gene_ids(before) == ["5", "8", "60"]
        found = one(source, report=errors.append)
        assert gene_ids(found) == ["5", "8", "60"]
        assert found.gene_names == before.gene_names
        assert errors == []

    def test_the_last_id_of_a_file_that_was_cut_off_may_lack_digits(self, put_pathway: Put) -> None:
        source = put_pathway("WP1", ["5", "60", "700"])
        table = source / "pathways" / "WP1" / "WP1-datanodes.tsv"
        text = table.read_text(encoding="utf-8")
        for end in ("ncbigene:70", "ncbigene:700", "ncbi"):
            table.write_text(text[: text.rindex("ncbigene")] + end, encoding="utf-8")
            assert gene_ids(one(source)) == ["5", "60"]
        table.write_text(text[: text.rindex("700")] + "700\t", encoding="utf-8")
        assert gene_ids(one(source)) == ["5", "60", "700"]

    def test_a_table_of_other_ids_is_reported(self, put_pathway: Put) -> None:
        rows = ["\t".join(["A", "Protein", "x:1", '""', "", "ENSG01", *[""] * 10])]
        source = put_pathway("WP1", rows=rows)
        errors: list[RecordError] = []
        pathway = one(source, report=errors.append)
        assert (pathway.genes, pathway.gene_nodes) == ((), 1)
        table = source / "pathways" / "WP1" / "WP1-datanodes.tsv"
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace("\n", "\t\n", 1), encoding="utf-8")
        one(source, report=errors.append)
        said = f"{table}: has no NCBI gene id in the column 'NCBI gene'"
        assert [str(error) for error in errors] == [said, said]

    def test_nodes_that_stand_for_a_gene(self, put_pathway: Put) -> None:
        nodes = [("Metabolite", ""), ("GeneProduct", ""), ("Protein", "ncbigene:5"), ("Rna", "")]
        rows = ["\t".join(["A", kind, "x:1", '""', "", ids, *[""] * 10]) for kind, ids in nodes]
        assert one(put_pathway("WP1", rows=rows)).gene_nodes == 3

    @pytest.mark.parametrize(
        ("line", "pubmed", "dois", "pmcids"),
        [
            (" 123 \tPubmed", ("123",), (), ()),
            ("123\tPubmed\t", ("123",), (), ()),
            ("123\t\tPubmed", ("123",), (), ()),
            ("\t123\tPubmed\t\t", ("123",), (), ()),
            (" \tPubmed", (), (), ()),
            ("123.\tPubmed", ("123",), (), ()),
            ("NA\tPubmed", (), (), ()),
            ("PMC77\tPubmed", (), (), ("PMC77",)),
            ("doi: 10.1016/ J.X.1\tPubmed", (), ("10.1016/j.x.1",), ()),
            ("https://doi.org/10.1/x\tURL", (), (), ()),  # a registrant has four digits
            ("https://doi.org/10.1234/X.\tURL", (), ("10.1234/x",), ()),
            ("https://pubmed.ncbi.nlm.nih.gov/55/\tURL", ("55",), (), ()),
            ("9780123\tISBN", (), (), ()),
        ],
    )
    def test_references(
        self,
        put_pathway: Put,
        line: str,
        pubmed: tuple[str, ...],
        dois: tuple[str, ...],
        pmcids: tuple[str, ...],
    ) -> None:
        pathway = one(put_pathway("WP1", refs=line + "\n"))
        assert (pathway.pubmed, pathway.dois, pathway.pmcids) == (pubmed, dois, pmcids)

    def test_an_unknown_organism_keeps_the_pathway_without_genes(self, put_pathway: Put) -> None:
        errors: list[RecordError] = []
        source = put_pathway("WP1", ["5"], organism="Abies nullius")
        pathway = one(source, report=errors.append)
        assert (pathway.organism, pathway.genes) == (None, ())
        assert (pathway.title, pathway.organism_name) == ("Title of WP1", "Abies nullius")
        said = "WP1 is of an unknown organism, 'Abies nullius': it is kept without genes"
        assert [str(error) for error in errors] == [f"{source}: {said}"]

    def test_an_organism_that_pfocr_has_no_name_for(self, put_pathway: Put) -> None:
        pathway = one(put_pathway("WP1", ["5"], organism="Zea mays"))
        assert pathway.organism is not None
        assert (pathway.organism.identifier, gene_ids(pathway)) == ("NCBITaxon:4577", ["5"])

    def test_a_synonym_of_an_organism(self, put_pathway: Put) -> None:
        pathway = one(put_pathway("WP1", ["5"], organism="Canis familiaris"))
        assert pathway.organism is not None
        assert pathway.organism.identifier == "NCBITaxon:9615"

    def test_papers_that_cite_it(self, put_pathway: Put) -> None:
        source = put_pathway("WP1", ["5"])
        (source / "downstream").mkdir()
        (source / "downstream" / "citedin_lookup.yml").write_text(
            "---\nlast_run: 2026/01/01\nWP1:\n- link: PMC5\n  title: A\n- link: 10.1000/AB\n---\n",
            encoding="utf-8",
        )
        pathway = one(source)
        assert (pathway.citing_pmcids, pathway.citing_dois) == (("PMC5",), ("10.1000/ab",))

    @pytest.mark.parametrize(
        ("file", "content", "reason"),
        [
            ("WP2-info.json", b"{", "broken JSON"),
            ("WP2-info.json", b"[]", "not a JSON object"),
            ("WP2-info.json", b"[" * 100_000, "broken JSON"),
            ("WP2-info.json", b"\xff\xfe\x00", "UTF-8"),
            ("WP2-info.json", b'{"wpid": "WP9"}', "wpid 'WP9'"),
            ("WP2-datanodes.tsv", b"Label\tType\n", "NCBI gene"),
            ("WP2-datanodes.tsv", None, "missing"),
        ],
    )
    def test_a_broken_pathway_is_reported_and_its_neighbours_stay(
        self, put_pathway: Put, file: str, content: bytes | None, reason: str
    ) -> None:
        for wpid in ("WP1", "WP2", "WP10"):
            source = put_pathway(wpid, ["5"])
        path = source / "pathways" / "WP2" / file
        path.unlink() if content is None else path.write_bytes(content)
        errors: list[RecordError] = []
        found = list(read(source, report=errors.append))
        assert [pathway.wpid for pathway in found] == ["WP1", "WP10"]
        (error,) = errors
        assert error.path == str(path)
        assert reason in str(error)

    def test_odd_types_in_the_information(self, put_pathway: Put) -> None:
        info = {"title": None, "organisms": "x", "ontology-ids": [3, None], "description": 5}
        pathway = one(put_pathway("WP1", ["5"], info=info))
        assert (pathway.title, pathway.organism, pathway.diseases) == ("", None, ())


class TestFigids:
    PAGE = "https://pfocr.wikipathways.org/figures/"

    @pytest.mark.parametrize(
        ("text", "known", "expected"),
        [
            ("{}PMC1__a.html", ["PMC1__a"], "PMC1__a"),
            ("{}PMC1__a.html.", ["PMC1__a"], "PMC1__a"),
            ("{}PMC1__a.", ["PMC1__a"], "PMC1__a"),
            ("{}PMC1__a", ["PMC1__a"], "PMC1__a"),
            ("[this]({}PMC1__a.html).", ["PMC1__a"], "PMC1__a"),
            ("via entry{}PMC1__a.html", ["PMC1__a"], "PMC1__a"),
            ("{}PMC1__a.b.012.html.", ["PMC1__a", "PMC1__a.b", "PMC1__a.b.012"], "PMC1__a.b.012"),
            ("{}PMC1__a.b.", ["PMC1__a", "PMC1__a.b"], "PMC1__a.b"),
            ("{}PMC1__a.b.html", ["PMC1__a"], ""),
            ("{}PMC1__ab.html", ["PMC1__a"], ""),
            ("{}PMC1__a%5B1%5D.html", ["PMC1__a[1]"], "PMC1__a[1]"),
            ("{}PMC1__a.html", [], ""),
            ("http://pfocr.wikipathways.org/figures/PMC1__a", ["PMC1__a"], "PMC1__a"),
            ("https://example.org/figures/PMC1__a.html", ["PMC1__a"], ""),
        ],
    )
    def test_known_figures(
        self, put_pathway: Put, text: str, known: list[str], expected: str
    ) -> None:
        source = put_pathway("WP1", info={"description": text.format(self.PAGE)})
        pathway = one(source, figures=lambda names: {n: n for n in names if n in known})
        assert pathway.figids == ((expected,) if expected else ())

    def test_an_alias_names_the_figure(self, put_pathway: Put) -> None:
        source = put_pathway("WP1", info={"description": self.PAGE + "PMC1__F2."})
        pathway = one(source, figures=lambda _: {"PMC1__F2": "PMC1__x.g2"})
        assert pathway.figids == ("PMC1__x.g2",)

    def test_without_known_figures_the_address_is_trusted(self, put_pathway: Put) -> None:
        text = f"{self.PAGE}PMC1__a.012.html. And {self.PAGE}PMC2__b."
        source = put_pathway("WP1", info={"description": text})
        assert one(source).figids == ("PMC1__a.012", "PMC2__b")


class TestGmt:
    LINE = "A 50% rise%WikiPathways_20200210%WP3%Homo sapiens\thttp://x\t7\t30\t7\n"

    @pytest.mark.parametrize("name", ["a.gmt", "a.gmt.gz", "a.gmt.txt", "A.GMT.TXT.gz"])
    def test_a_line(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        packed = name.endswith(".gz")
        path.write_bytes(gzip.compress(self.LINE.encode()) if packed else self.LINE.encode())
        pathway = one(path)
        assert (pathway.wpid, pathway.title) == ("WP3", "A 50% rise")
        assert gene_ids(pathway) == ["7", "30"]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b"no name\thttp://x\t5\n", "does not begin"),
            (b"A%W%WPX%Homo sapiens\thttp://x\t5\n", "does not begin"),
            (b"A%W%WP4%Homo sapiens\thttp://x\tTP53\n", "not an NCBI gene id"),
            (b"A%W%WP4%Homo sapiens\thttp://x\t" + b"7" * 5000 + b"\n", "not an NCBI gene id"),
            ("A%W%WP4%Homo sapiens\thttp://x\t\u0663\n".encode(), "not an NCBI gene id"),
            (b"A%W%WP4%Homo sapiens\xff\thttp://x\t5\n", "UTF-8"),
        ],
    )
    def test_a_broken_line_is_reported(self, tmp_path: Path, line: bytes, reason: str) -> None:
        path = tmp_path / "a.gmt"
        path.write_bytes(line + self.LINE.encode())
        errors: list[RecordError] = []
        assert [p.wpid for p in read(path, report=errors.append)] == ["WP3"]
        (error,) = errors
        assert error.place == f"{path}:1"
        assert reason in error.reason

    def test_a_broken_gz_is_reported(self, tmp_path: Path) -> None:
        (tmp_path / "a.gmt.gz").write_bytes(gzip.compress(self.LINE.encode() * 99)[:-20])
        (tmp_path / "b.gmt").write_text(self.LINE, encoding="utf-8")
        errors: list[RecordError] = []
        assert {p.wpid for p in read(tmp_path, report=errors.append)} == {"WP3"}
        assert [error.path for error in errors] == [str(tmp_path / "a.gmt.gz")]


PREFIXES = """@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix wp: <http://vocabularies.wikipathways.org/wp#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(pathway: Pathway, scheme: str = "https", revision: int = 7) -> str:
    """A pathway as WikiPathways RDF, written by hand: the node's own IRI is not a gene's."""
    base = f"{scheme}://identifiers.org"
    iri = f"<{base}/wikipathways/{pathway.wpid}_r{revision}>"
    taxon = pathway.organism.iri if pathway.organism else ""
    lines = [
        PREFIXES,
        f"{iri} a wp:Pathway ; dc:identifier <{base}/wikipathways/{pathway.wpid}> ;",
        f"  dc:title {ox.Literal(pathway.title, language='en')} ; wp:organism <{taxon}> ;",
        f'  wp:organismName "{pathway.organism_name}" .',
        *(f"{iri} wp:diseaseOntologyTag <{disease.iri}> ." for disease in pathway.diseases),
        *(
            f"<{base}/ensembl/E{gene.identifier}> a wp:GeneProduct ; dcterms:isPartOf {iri} ;"
            f" wp:bdbEntrezGene <{base}/ncbigene/{gene.identifier}> ."
            for gene in pathway.genes
        ),
        *(
            f"<{base}/pubmed/{number}> a wp:PublicationReference ; dcterms:isPartOf {iri} ."
            for number in pathway.pubmed
        ),
    ]
    return "\n".join(lines)


BOX = """
<https://identifiers.org/wikipathways/WP404> a wp:DataNode, wp:Pathway ;
  dc:identifier <https://identifiers.org/wikipathways/WP404> ; dcterms:identifier "WP404" ;
  dcterms:isPartOf <https://identifiers.org/wikipathways/WP1_r7> .
<https://identifiers.org/wikipathways/WP1> a wp:DataNode, wp:Pathway ;
  dc:identifier <https://identifiers.org/wikipathways/WP1> ; dcterms:identifier "WP1" .
"""

UNTYPED = """
<https://identifiers.org/ensembl/E99> wp:bdbEntrezGene <https://identifiers.org/ncbigene/99> ;
  dcterms:isPartOf <https://identifiers.org/wikipathways/WP1_r7> .
"""


def test_names_of_genes(put_pathway: Put) -> None:
    """A node names its one gene, or the one that curators gave it; its other genes are `others`."""
    nodes = [
        ("ABC1", "GeneProduct", "x:1", '""', "ncbigene:5"),
        ("ABC1", "Protein", "x:2", '""', "ncbigene:5"),
        ("Family", "Protein", "x:1", '""', "ncbigene:6;ncbigene:7"),
        ("Own", "Protein", "ncbigene:8", '""', "ncbigene:8;ncbigene:9"),
        ("Tab", "Protein", "x:1", '"a\tb"', "ncbigene:5"),
        ("Not a gene", "Metabolite", "x:1", '""', "ncbigene:5"),
        ("", "Protein", "x:1", '""', "ncbigene:5"),
    ]
    rows = ["\t".join([*cells, "", ids, *[""] * 10]) for *cells, ids in nodes]
    assert {tuple(name) for name in one(put_pathway("WP1", rows=rows)).gene_names} == {
        ("5", "ABC1", ()),
        ("6", "Family", ("7",)),
        ("7", "Family", ("6",)),
        ("8", "Own", ()),
        ("9", "Own", ("8",)),
        ("5", "Tab", ()),
    }


class TestRdf:
    @pytest.fixture
    def pathway(self, put_pathway: Put) -> Pathway:
        info = {"ontology-ids": ["DOID:162"]}
        return unnamed(one(put_pathway("WP1", ["5", "60"], refs="9\tPubmed\n", info=info)))

    @pytest.mark.parametrize("scheme", ["https", "http"])
    def test_a_file(self, tmp_path: Path, pathway: Pathway, scheme: str) -> None:
        (tmp_path / "a.ttl").write_text(turtle(pathway, scheme), encoding="utf-8")
        assert one(tmp_path / "a.ttl") == pathway

    def test_a_node_without_type_does_not_count(self, tmp_path: Path, pathway: Pathway) -> None:
        (tmp_path / "a.ttl").write_text(turtle(pathway) + UNTYPED, encoding="utf-8")
        assert gene_ids(one(tmp_path / "a.ttl")) == ["5", "60"]

    def test_a_box_that_stands_for_a_pathway_is_none(
        self, tmp_path: Path, pathway: Pathway
    ) -> None:
        (tmp_path / "a.ttl").write_text(turtle(pathway, revision=0) + BOX, encoding="utf-8")
        assert one(tmp_path / "a.ttl") == pathway

    def test_the_excerpt(self) -> None:
        """Five pathways, each with a box of the same class; genes as in the lines of the file."""
        found = {pathway.wpid: pathway for pathway in read(WIKIPATHWAYS_RDF)}
        assert {*found} == {"WP208", "WP414", "WP2447", "WP4880", "WP4912"}
        nodes = WIKIPATHWAYS_RDF.read_text(encoding="utf-8").split("\n\n")
        for wpid, pathway in found.items():
            part = re.compile(rf"dcterms:isPartOf [^;]*/{wpid}_r")
            genes = {
                gene
                for node in nodes
                if part.search(node)
                for gene in re.findall(r"bdbEntrezGene <\S*/([0-9]+)>", node)
            }
            assert {*gene_ids(pathway)} == genes
            assert pathway.title
            assert genes

    def test_a_node_that_two_files_share(self, tmp_path: Path, pathway: Pathway) -> None:
        other = Pathway("WP2", "B", pathway.organism, pathway.organism_name, pathway.genes[:1])
        for part in (pathway, other):
            (tmp_path / f"{part.wpid}.ttl").write_text(turtle(part), encoding="utf-8")
        assert [gene_ids(p) for p in read(tmp_path)] == [["5", "60"], ["5"]]

    def test_the_newest_revision_counts(self, tmp_path: Path, pathway: Pathway) -> None:
        old = Pathway("WP1", "Old", pathway.organism, pathway.organism_name)
        text = turtle(pathway, revision=100) + turtle(old, revision=99)
        (tmp_path / "a.ttl").write_text(text, encoding="utf-8")
        assert one(tmp_path / "a.ttl") == pathway

    def test_a_zip(self, tmp_path: Path, pathway: Pathway) -> None:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as pack:
            pack.writestr("wp/Human/WP1.ttl", turtle(pathway))
            pack.writestr("readme.txt", "no RDF")
        assert one(tmp_path / "a.zip") == pathway

    def test_a_broken_file_is_reported(self, tmp_path: Path, pathway: Pathway) -> None:
        (tmp_path / "a.ttl").write_text("<x> <y> ", encoding="utf-8")
        (tmp_path / "b.ttl").write_text(turtle(pathway), encoding="utf-8")
        errors: list[RecordError] = []
        assert list(read(tmp_path, report=errors.append)) == [pathway]
        assert [error.path for error in errors] == [str(tmp_path / "a.ttl")]

    def test_a_broken_zip(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 nothing")
        with pytest.raises(SourceError, match="broken archive"):
            list(read(tmp_path / "a.zip"))


class TestEndpoint:
    def test_more_pathways_than_one_query_asks_for(self, put_pathway: Put) -> None:
        for number in range(1, 61):
            source = put_pathway(f"WP{number}", [str(number), "5"])
        pathways = [unnamed(pathway) for pathway in read(source)]
        with serving("\n".join(map(turtle, pathways))) as endpoint:
            assert list(read(endpoint.url)) == pathways

    @pytest.mark.parametrize(
        ("status", "content", "said"),
        [
            (500, b"", ": 500 "),
            (401, b"", "Credentials come from"),
            (200, b"<html>", "the address of a SPARQL endpoint"),
            (
                200,
                b'{"head":{"vars":["x"]},"results":{"bindings":[{',
                "the address of a SPARQL endpoint",
            ),
            (
                200,
                b'{"head":{},"boolean":true}',
                "the address of a SPARQL endpoint",
            ),
        ],
    )
    def test_what_it_cannot_answer(self, status: int, content: bytes, said: str) -> None:
        with serving("") as endpoint:
            endpoint.reply = (status, content)
            with pytest.raises(SourceError, match=said) as error:
                list(read(endpoint.url))
        assert endpoint.url in str(error.value)
        assert "\n" not in str(error.value)

    def test_nobody_there(self) -> None:
        with pytest.raises(SourceError, match=r"^http://127\.0\.0\.1:1/sparql: "):
            list(read("http://127.0.0.1:1/sparql"))


class TestSources:
    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="no such file"):
            list(read(tmp_path / "x"))

    def test_a_folder_of_something_else(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("x", encoding="utf-8")
        with pytest.raises(SourceError, match="holds no pathways"):
            list(read(tmp_path))

    def test_several_sources_make_one_record_a_pathway(
        self, tmp_path: Path, put_pathway: Put
    ) -> None:
        gmt = tmp_path / "a.gmt"
        gmt.write_text(
            "Other%W%WP1%Homo sapiens\tx\t1\nNew%W%WP2%Homo sapiens\tx\t2\n", encoding="utf-8"
        )
        source = put_pathway("WP1", ["5"])
        first, second = read_all([source, gmt])
        assert (first.title, gene_ids(first)) == ("Title of WP1", ["5"])
        assert (second.title, gene_ids(second)) == ("New", ["2"])

    def test_a_source_without_pathways(self, tmp_path: Path) -> None:
        (tmp_path / "a.gmt").write_text("", encoding="utf-8")
        with pytest.raises(SourceError, match="holds no pathway"):
            read_all([tmp_path / "a.gmt"])

    def test_a_source_without_genes_is_reported(self, tmp_path: Path, put_pathway: Put) -> None:
        gmt = tmp_path / "a.gmt"
        gmt.write_text("A%W%WP1%Homo sapiens\tx\nB%W%WP2%Homo sapiens\tx\n", encoding="utf-8")
        errors: list[RecordError] = []
        read_all([put_pathway("WP1", ["5"]), gmt], report=errors.append)
        assert [str(e) for e in errors] == [f"{gmt}: none of its 2 pathways has a gene"]


@pytest.fixture(scope="module", params=["excerpt", "real"])
def source(request: pytest.FixtureRequest) -> Path:
    """A database of pathways: the ten of the repository, and all where the real data are."""
    if request.param == "excerpt":
        return EXCERPT
    return request.getfixturevalue("pfocr_data") / "wikipathways-database"


@pytest.fixture(scope="module")
def database(source: Path) -> list[Pathway]:
    errors: list[RecordError] = []
    found = read_all([source], report=errors.append)
    assert errors == []
    return found


class TestDatabases:
    @pytest.mark.slow
    def test_all_pathways(self, source: Path, database: list[Pathway]) -> None:
        folders = list((source / "pathways").iterdir())
        assert {pathway.wpid for pathway in database} == {folder.name for folder in folders}

    def test_genes_as_a_search_of_the_text_finds_them(
        self, source: Path, database: list[Pathway]
    ) -> None:
        """Every `ncbigene:` in a pathway's table is in its NCBI gene column or repeats it."""
        for pathway in database:
            folder = source / "pathways" / pathway.wpid
            text = (folder / f"{pathway.wpid}-datanodes.tsv").read_text(encoding="utf-8")
            every = set(re.findall(r"\bncbigene:([0-9]+)", text))
            found = set(gene_ids(pathway))
            assert found <= every
            # What is only in Identifier is of a node that was not mapped to a gene.
            column = re.findall(r"\t((?:ncbigene:[0-9]+;?)+)(?:\t[^\t\n]*){10}$", text, re.M)
            assert found == {g for cell in column for g in re.findall("[0-9]+", cell)}

    def test_pathways_whose_genes_have_no_ncbi_id(
        self, source: Path, database: list[Pathway]
    ) -> None:
        expected = set()
        for table in source.glob("pathways/*/*-datanodes.tsv"):
            text = table.read_text(encoding="utf-8")
            if re.search(r"\t(GeneProduct|Protein|Rna)\t", text) and not re.search(
                r"\tncbigene:[0-9;:a-z]+(\t[^\t\n]*){10}$", text, re.M
            ):
                expected.add(table.parent.name)
        assert {p.wpid for p in database if p.gene_nodes and not p.genes} == expected

    def test_three_forms_of_the_same_pathways(
        self, tmp_path: Path, database: list[Pathway]
    ) -> None:
        with_genes = [p for p in database if p.genes]
        some = with_genes[:: max(1, len(with_genes) // 20)]
        assert len(some) >= 10
        assert len({p.organism_name for p in some}) >= 3
        gmt, ttl = tmp_path / "some.gmt", tmp_path / "some"
        ttl.mkdir()
        with gmt.open("w", encoding="utf-8") as file:
            for p in some:
                name = f"{p.title}%WikiPathways_20260810%{p.wpid}%{p.organism_name}"
                print(name, "http://x", *gene_ids(p), sep="\t", file=file)
                (ttl / f"{p.wpid}.ttl").write_text(turtle(p), encoding="utf-8")
        sets = {p.wpid: (p.title, p.organism, p.genes) for p in some}
        for form in (gmt, ttl):
            assert {p.wpid: (p.title, p.organism, p.genes) for p in read_all([form])} == sets

    def test_the_gmt_of_2020(self, pfocr_data: Path) -> None:
        path = pfocr_data / "wikipathways-20200210-gmt-Homo_sapiens.gmt"
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        expected = {line[0].split("%")[-2]: set(line[2:]) for line in lines}
        found = {p.wpid: set(gene_ids(p)) for p in wikipathways.read(path)}
        assert found == expected
