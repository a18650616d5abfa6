r"""Write the dictionaries of `ontologies/` anew from tables of facts.

    python tools/make_dictionaries.py --organisms tools/organisms.tsv --genes human_genes.tsv \
        --families famplex_members.tsv --mesh mesh_xrefs.tsv --diseases disease_terms.tsv \
        --output ontologies

Reads tab-separated tables with a header, without quoting:

- organisms: `ncbitaxon`, `name`, `other_names` (of the same taxon, separated by `|`; a name that
  another taxon can have too is left out, such as "worm", "fly", "frog"), `kingdom` (of `KINGDOMS`,
  or empty);
- genes: `symbol`, `hgnc_id`, and separated by `|`: `ncbigene_ids` (the gene's own, then its copies
  on alternative assemblies), `ensembl_ids`, `previous_symbols`, `alias_symbols`;
- families of genes: `family`; other columns are not used;
- mesh: `mesh`, `mesh_name`, `other` (a ChEBI id or DOID), `other_name`, `mapping` ("one to one" or
  "ambiguous");
- diseases: `name`, `doid`.

Writes `organisms.ttl`, `human-genes.tsv`, `gene-families.tsv` and `mesh-xrefs.tsv`. Nothing depends
on the clock, the machine or a hash seed: the same tables give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from rdflib import DCTERMS, RDF, RDFS, SKOS, VOID, Graph, Literal, Namespace, URIRef
from rdflib.plugins.serializers.turtle import TurtleSerializer

OBO = Namespace("http://purl.obolibrary.org/obo/")
PFOCR = Namespace("https://w3id.org/pfocr/vocab#")

ORGANISMS = URIRef("https://w3id.org/pfocr/organisms")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")

DOID = re.compile(r"DOID:[0-9]+")
ENSEMBL_GENE = re.compile(r"ENSG[0-9]{11}")

GENE_COLUMNS = (
    "symbol",
    "hgnc_id",
    "ncbigene_ids",
    "ensembl_ids",
    "previous_symbols",
    "alias_symbols",
)
ONE_TO_ONE = "one to one"

KINGDOMS = {
    "animals": "33208",
    "plants": "33090",
    "fungi": "4751",
    "bacteria": "2",
    "archaea": "2157",
    "viruses": "10239",
}
"""Kingdom -> NCBI taxon; other organisms, such as Plasmodium falciparum, have none here."""

# Names in common use of families that FamPlex lists under another name. Where such a name is also
# an alias of one gene, as IFN is of IFNA1, it would seem to mean that gene only.
OTHER_FAMILY_NAMES = {
    "14-3-3": "p14_3_3",
    "AC": "ADCY",
    "CAMK2": "CAMK2_family",
    "CAMKII": "CAMK2_family",
    "Calcineurin": "PPP3",
    "Frizzled": "FZD",
    "H1": "Histone_H1",
    "H2A": "Histone_H2A",
    "H2B": "Histone_H2B",
    "H3": "Histone_H3",
    "H4": "Histone_H4",
    "IFN": "Interferon",
    "IFN-alpha": "IFNA",
    "IFNGR": "Interferon_gamma_receptor",
    "IKK": "IKK_family",
    "MAPKK": "MAP2K",
    "MAPKKK": "MAP3K",
    "MEKK": "MAP3K",
    "NFKB": "NFkappaB",
    "NOX": "NADPH_oxidase",
    "PP1": "PPP1",
    "PP2A": "PPP2",
    "PP2B": "PPP3",
    "TNFR": "TNFRSF",
}

Row = dict[str, str]


def read(path: Path, columns: Iterable[str]) -> list[Row]:
    """Return the rows of a table; raise `ValueError` where a column or a cell is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
        missing = set(columns) - set(table.fieldnames or [])
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}")
        rows = list(table)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ValueError(f"{path}, line {number}: not as many cells as the header has")
    return rows


def new_graph() -> Graph:
    """Return an empty graph with the prefixes of the dictionaries and no others."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in [
        ("dcterms", DCTERMS),
        ("obo", OBO),
        ("pfocr", PFOCR),
        ("rdfs", RDFS),
        ("skos", SKOS),
        ("void", VOID),
    ]:
        graph.bind(prefix, namespace)
    return graph


def organisms(rows: list[Row]) -> Graph:
    """Return the organisms with their names, taxon ids and kingdoms."""
    graph = new_graph()
    graph.add((ORGANISMS, RDF.type, VOID.Dataset))
    graph.add((ORGANISMS, DCTERMS.title, Literal("Organisms of pathway figures")))
    graph.add((ORGANISMS, DCTERMS.source, URIRef("https://www.ncbi.nlm.nih.gov/taxonomy")))
    graph.add((ORGANISMS, DCTERMS.license, CC0))
    for row in rows:
        taxon = OBO[f"NCBITaxon_{row['ncbitaxon']}"]
        graph.add((taxon, RDF.type, PFOCR.Organism))
        graph.add((taxon, RDFS.label, Literal(row["name"])))
        graph.add((taxon, SKOS.prefLabel, Literal(row["name"])))
        graph.add((taxon, DCTERMS.identifier, Literal(f"NCBITaxon:{row['ncbitaxon']}")))
        for name in filter(None, row["other_names"].split("|")):
            graph.add((taxon, SKOS.altLabel, Literal(name)))
        if row["kingdom"]:
            kingdom = OBO[f"NCBITaxon_{KINGDOMS[row['kingdom']]}"]
            graph.add((taxon, RDFS.subClassOf, kingdom))
    return graph


class HeadedTurtle(TurtleSerializer):
    """Turtle that begins with what the file is and whose; the rest is sorted by IRI."""

    topClasses = [VOID.Dataset]  # noqa: N815, RUF012


def turtle(graph: Graph) -> bytes:
    """Return a graph as Turtle, the same bytes in every run."""
    stream = BytesIO()
    HeadedTurtle(graph).serialize(stream, encoding="utf-8")
    return stream.getvalue()


def genes(rows: list[Row]) -> bytes:
    """Return the gene dictionary as a table, by symbol in code point order."""
    own = Counter(row["ncbigene_ids"].partition("|")[0] for row in rows)
    twice = sum(count > 1 for count in own.values())
    lines = [
        "# Approved human gene symbols, with the ids and the other symbols of each gene.",
        "# Sources: HUGO Gene Nomenclature Committee (HGNC), https://www.genenames.org/;",
        "# NCBI Gene, https://www.ncbi.nlm.nih.gov/gene; Ensembl, https://www.ensembl.org/",
        f"# Licence: CC0 1.0, {CC0}, for names;",
        "# the ids of NCBI Gene and Ensembl are free to use.",
        f"# Rows: {len(rows)}; {twice} NCBI gene ids stand first in more than one.",
        "# Lists are separated by |. hgnc_id has no HGNC: before the number. ncbigene_ids are the",
        "# gene's own, then its copies on alternative assemblies. ensembl_ids are without ENSG and",
        "# leading zeros.",
        "\t".join(GENE_COLUMNS),
    ]
    for row in sorted(rows, key=lambda row: row["symbol"]):
        hgnc = row["hgnc_id"].replace("HGNC:", "")
        ensembl = "|".join(map(short_ensembl, filter(None, row["ensembl_ids"].split("|"))))
        cells = {**row, "hgnc_id": hgnc, "ensembl_ids": ensembl}
        lines.append("\t".join(cells[column] for column in GENE_COLUMNS))
    return "".join(f"{line}\n" for line in lines).encode()


def short_ensembl(text: str) -> str:
    """Return an Ensembl gene id without "ENSG" and leading zeros."""
    if not ENSEMBL_GENE.fullmatch(text):
        raise ValueError(f"{text!r} is not the Ensembl id of a human gene")
    return text.removeprefix("ENSG").lstrip("0")


def families(rows: list[Row]) -> bytes:
    """Return the names of families and complexes of genes, in code point order."""
    ids = {row["family"] for row in rows}
    known = {name: of for name, of in OTHER_FAMILY_NAMES.items() if of in ids}
    names = {identifier: identifier for identifier in ids} | known
    lines = [
        "# Names of families and complexes of human genes, with their ids in FamPlex.",
        "# Source: FamPlex, https://github.com/sorgerlab/famplex",
        f"# Licence: CC0 1.0, {CC0}",
        f"# Rows: {len(names)}; {len(known)} names that FamPlex does not have were added.",
        "name\tfamily",
        *(f"{name}\t{names[name]}" for name in sorted(names)),
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def same_words(name: str) -> str:
    """Return what two spellings of one disease's name have in common.

    These are its words without plural and possessive endings, in any order: MeSH turns some names
    round ("Thalassemia, alpha").
    """
    words = re.findall(r"\w+", name.lower().replace("'s", ""))
    return " ".join(sorted(re.sub(r"(?<=[^isu])s$", "", word) for word in words))


def corrected(rows: list[Row], disease_rows: list[Row]) -> list[Row]:
    """Return the rows with the DOID that has the name of the MeSH term, where there is one.

    The source maps a few terms to a subtype, as Asthma to exercise-induced bronchoconstriction.
    """
    named = {same_words(row["name"]): row["doid"] for row in disease_rows if row["doid"]}
    doids = [row for row in rows if DOID.fullmatch(row["other"])]
    named |= {same_words(row["other_name"]): row["other"] for row in doids}
    names = {row["doid"]: row["name"] for row in disease_rows}
    names |= {row["other"]: row["other_name"] for row in doids}
    found = []
    for row in rows:
        doid = named.get(same_words(row["mesh_name"]), "")
        is_wrong = row["mapping"] == ONE_TO_ONE and DOID.fullmatch(doid) and doid != row["other"]
        if is_wrong and DOID.fullmatch(row["other"]):
            found.append(row | {"other": doid, "other_name": names[doid]})
        else:
            found.append(row)
    return found


def mesh(rows: list[Row], disease_rows: list[Row]) -> bytes:
    """Return the MeSH terms that are in ChEBI or the Disease Ontology as a table, by MeSH id."""
    right = corrected(rows, disease_rows)
    changed = sum(row not in rows for row in right)
    lines = [
        "# MeSH terms with the ChEBI id or DOID of the same thing, and the names of both.",
        "# Source: Gilda's MeSH mappings, https://github.com/gyorilab/gilda",
        "# Licence: BSD-2-Clause; see README.md for its notice.",
        f"# Rows: {len(rows)}; {changed} have the DOID of the MeSH name in place of a subtype.",
        "# other_name is empty if it is the mesh_name; ambiguous is 1 if not mapped one to one.",
        "mesh\tmesh_name\tother\tother_name\tambiguous",
    ]
    for row in sorted(right, key=lambda row: (row["mesh"], row["other"])):
        other_name = "" if row["other_name"] == row["mesh_name"] else row["other_name"]
        ambiguous = "" if row["mapping"] == ONE_TO_ONE else "1"
        identifier = row["mesh"].removeprefix("mesh:")
        lines.append("\t".join([identifier, row["mesh_name"], row["other"], other_name, ambiguous]))
    return "".join(f"{line}\n" for line in lines).encode()


def write(arguments: argparse.Namespace) -> None:
    """Read the tables and write the dictionaries."""
    organism_rows = read(arguments.organisms, ["ncbitaxon", "name", "other_names", "kingdom"])
    gene_rows = read(arguments.genes, GENE_COLUMNS)
    family_rows = read(arguments.families, ["family"])
    mesh_rows = read(arguments.mesh, ["mesh", "mesh_name", "other", "other_name", "mapping"])
    disease_rows = read(arguments.diseases, ["name", "doid"])
    out: Path = arguments.output
    out.mkdir(parents=True, exist_ok=True)
    (out / "organisms.ttl").write_bytes(turtle(organisms(organism_rows)))
    (out / "human-genes.tsv").write_bytes(genes(gene_rows))
    (out / "gene-families.tsv").write_bytes(families(family_rows))
    (out / "mesh-xrefs.tsv").write_bytes(mesh(mesh_rows, disease_rows))


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--organisms", type=Path, required=True, metavar="FILE")
    parser.add_argument("--genes", type=Path, required=True, metavar="FILE")
    parser.add_argument("--families", type=Path, required=True, metavar="FILE")
    parser.add_argument("--mesh", type=Path, required=True, metavar="FILE")
    parser.add_argument("--diseases", type=Path, required=True, metavar="FILE")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    try:
        write(parser.parse_args())
    except (OSError, ValueError) as error:
        print(f"make_dictionaries: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
