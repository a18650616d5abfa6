"""A second, plain reading of a corpus, against which the graph is counted.

Written from DESIGN section 5 and the files themselves; imports nothing of the package, and
nothing of the package may be imported here: what both had wrong together would never show.
Everything is a set of tuples, so that a wrong count can be taken apart by set difference.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rdflib import DCTERMS, RDFS, Graph, URIRef

from plain_diseases import named_in
from plain_meanings import KINDS, Meanings, read_meanings

MISSING = {"", "NA", ".na.character", "NULL"}
HUMAN = "9606"

Row = dict[str, str]


@dataclass(frozen=True)
class Facts:
    """What a corpus says; every tuple begins with a figid."""

    figures: set[str] = field(default_factory=set)
    papers: set[str] = field(default_factory=set)
    genes: set[tuple[str, str, str]] = field(default_factory=set)  # NCBI gene id, taxon id
    gene_mentions: set[tuple[str, str, str, str, str]] = field(default_factory=set)
    # Of a mention (gene, word, match, lexicon): the kind of match, and how much the match can mean.
    match_kinds: set[tuple[str, str, str, str, str, str]] = field(default_factory=set)
    meaning_counts: set[tuple[str, str, str, str, str, str]] = field(default_factory=set)
    genes_by_symbol: set[tuple[str, str]] = field(default_factory=set)  # NCBI gene id
    unambiguous_genes: set[tuple[str, str]] = field(default_factory=set)  # NCBI gene id
    diseases: set[tuple[str, str]] = field(default_factory=set)  # IRI
    disease_keywords: set[tuple[str, str]] = field(default_factory=set)  # IRI
    chemicals: set[tuple[str, str]] = field(default_factory=set)  # IRI
    keywords: set[tuple[str, str]] = field(default_factory=set)  # left over
    paper_organisms: set[tuple[str, str]] = field(default_factory=set)  # taxon id
    gene_organisms: set[tuple[str, str]] = field(default_factory=set)  # taxon id
    doubtful_organisms: set[tuple[str, str]] = field(default_factory=set)  # taxon id
    organism_names: set[tuple[str, str]] = field(default_factory=set)  # without a known taxon
    texts: set[tuple[str, str, str]] = field(default_factory=set)  # key of the record, text

    @property
    def organisms(self) -> set[tuple[str, str]]:
        """Taxa of the paper and of the genes."""
        return self.paper_organisms | self.gene_organisms

    def counts(self) -> dict[str, Any]:
        """The counts of the set: pairs and mentions, and distinct things where they differ."""
        return {
            "figures": len(self.figures),
            "papers": len(self.papers),
            "gene pairs": dict(sorted(Counter(taxon for _, _, taxon in self.genes).items())),
            "gene mentions": len(self.gene_mentions),
            "mentions by kind": dict(
                sorted(Counter(kind for *_, kind in self.match_kinds).items())
            ),
            "genes by symbol": len(self.genes_by_symbol),
            "unambiguous genes": len(self.unambiguous_genes),
            "diseases": len({disease for _, disease in self.diseases}),
            "disease pairs": len(self.diseases),
            "disease keywords": len(self.disease_keywords),
            "chemicals": len({chemical for _, chemical in self.chemicals}),
            "chemical pairs": len(self.chemicals),
            "keywords": len(self.keywords),
            "organisms": len({taxon for _, taxon in self.organisms}),
            "organism pairs": len(self.organisms),
            "paper organism pairs": len(self.paper_organisms),
            "gene organism pairs": len(self.gene_organisms),
            "organism names": len(self.organism_names),
        }


class MeshTerm(NamedTuple):
    """A MeSH term; `other` is "" if it is not one to one with a ChEBI id or DOID."""

    name: str
    other: str
    other_name: str


@dataclass(frozen=True)
class Dictionaries:
    """The vocabularies that records are read with."""

    diseases: dict[str, str]  # name -> DOID CURIE
    mesh: dict[str, MeshTerm]  # MeSH CURIE -> its names, and the CURIE of the same thing
    symbols: dict[str, str]  # human symbol, approved or previous -> NCBI gene id
    taxa: dict[str, str]  # Latin name -> taxon id
    meanings: Meanings


def read_corpus(corpus: Path, vocabularies: Path) -> Facts:
    """Read every record of a corpus with the dictionaries of a folder of vocabularies."""
    base = read_dictionaries(vocabularies)
    taxa = base.taxa | {
        page["latin"]: page["ncbi"] for page in organism_pages(corpus) if present(page.get("ncbi"))
    }
    dictionaries = replace(base, taxa=taxa)
    facts = Facts()
    for path in sorted((corpus / "_figures").glob("*.md")):
        read_record(read_front_matter(path), corpus / "_data", dictionaries, facts)
    judge_mentions(facts, dictionaries.meanings)
    return facts


@cache
def read_dictionaries(vocabularies: Path) -> Dictionaries:
    """Disease names that have a DOID, human symbols that have a gene id, names of organisms.

    The folder is that of the real data, or `ontologies/`, which has the same diseases and genes in
    other forms.
    """
    if (vocabularies / "disease_terms.tsv").exists():
        diseases = {
            row["name"]: row["doid"]
            for row in read_table(vocabularies / "disease_terms.tsv")
            if row["doid"].upper().startswith("DOID:")
        }
    else:
        lines = (vocabularies / "diseases.tsv").read_text(encoding="utf-8").splitlines()
        rows = (line.split("\t") for line in lines if line.startswith("DOID:"))
        diseases = {name: doid for doid, name, _ in rows}
    approved: dict[str, str] = {}
    previous: dict[str, set[str]] = {}
    for row in human_genes(vocabularies):
        number = row["ncbigene_ids"].split("|")[0]
        approved[row["symbol"]] = number
        for symbol in filter(None, row["previous_symbols"].split("|")):
            previous.setdefault(symbol, set()).add(number)
    only = {symbol: min(ids) for symbol, ids in previous.items() if len(ids) == 1}
    return Dictionaries(
        diseases,
        mesh_terms(vocabularies, diseases),
        only | approved,
        bundled_taxa(),
        read_meanings(vocabularies),
    )


def mesh_terms(vocabularies: Path, diseases: dict[str, str]) -> dict[str, MeshTerm]:
    """The terms of the facts, or of the bundled table; a name of DISEASES is that of its DOID."""
    if rows := read_table(vocabularies / "mesh_xrefs.tsv"):
        doids = {name.lower(): doid for name, doid in diseases.items()}
        terms = {}
        for row in rows:
            other = row["other"] if row["mapping"] == "one to one" else ""
            if other.startswith("DOID:"):
                other = doids.get(row["mesh_name"].lower(), other)
            terms[row["mesh"]] = MeshTerm(row["mesh_name"], other, row["other_name"])
        return terms
    lines = (vocabularies / "mesh-xrefs.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return {
        f"mesh:{mesh}": MeshTerm(name, "" if ambiguous else other, other_name or name)
        for mesh, name, other, other_name, ambiguous in cells
    }


def bundled_taxa() -> dict[str, str]:
    """Latin name -> taxon id of the bundled organisms, which are more than the real data's."""
    path = Path(__file__).parents[1] / "ontologies" / "organisms.ttl"
    curies = read_labels(path, RDFS.label, DCTERMS.identifier)
    return {name: curie.removeprefix("NCBITaxon:") for name, curie in curies.items()}


@cache
def bundled_kingdoms() -> dict[str, str]:
    """Taxon id -> the taxon id of its kingdom."""
    graph = Graph().parse(Path(__file__).parents[1] / "ontologies" / "organisms.ttl")
    pairs = graph.subject_objects(RDFS.subClassOf)
    return {str(o).split("NCBITaxon_")[1]: str(k).split("NCBITaxon_")[1] for o, k in pairs}


def human_genes(vocabularies: Path) -> list[Row]:
    """Symbol, ids and other names (separated by |) of each human gene."""
    if rows := read_table(vocabularies / "human_genes.tsv"):
        return rows
    lines = (vocabularies / "human-genes.tsv").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if not line.startswith("#")]
    return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_labels(path: Path, name: URIRef, identifier: URIRef) -> dict[str, str]:
    """Name -> identifier of what a Turtle file describes."""
    graph = Graph().parse(path, format="turtle")
    return {str(label): str(graph.value(node, identifier)) for node, label in graph[:name:]}


def organism_pages(corpus: Path) -> list[dict[str, str]]:
    return [read_front_matter(path) for path in sorted((corpus / "_organisms").glob("*.md"))]


def read_table(path: Path) -> list[Row]:
    """A tab-separated table by its header; empty where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_front_matter(path: Path) -> dict[str, Any]:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return yaml.load("\n".join(lines[1 : lines.index("---", 1)]), Loader=yaml.BaseLoader)


def read_record(
    record: dict[str, Any], data: Path, dictionaries: Dictionaries, facts: Facts
) -> None:
    """Add what one record and its tables say to the facts."""
    figid = record["figid"]
    facts.figures.add(figid)
    facts.papers.add(record["pmcid"])
    tables = {k: read_table(data / f"{figid}-{k}.tsv") for k in ("genes", "chemicals", "diseases")}
    inline = {k: record.get(k) or [] for k in tables}
    chosen = {k: tables[k] or inline[k] for k in tables}

    add_genes(figid, chosen["genes"], facts)
    names = add_organisms(record, chosen["genes"], dictionaries.taxa, facts)
    chemicals = names_of(chosen["chemicals"], lambda row: chemical_iri(row, dictionaries))
    diseases = names_of(chosen["diseases"], lambda row: disease_iri(row, dictionaries))
    add_entities(figid, chemicals, facts.chemicals, facts.keywords)
    add_entities(figid, diseases, facts.diseases, facts.keywords)
    for key in ("figtitle", "caption", "papertitle"):
        facts.texts.add((figid, key, present(record.get(key))))
        named = named_in(present(record.get(key)))
        facts.diseases.update((figid, doid_iri(doid)) for doid in named)

    # A symbol of a list that a table overrules is a gene's all the same, so no loose keyword.
    symbols = {symbol(row) for row in [*tables["genes"], *inline["genes"]]}
    human_only = not chosen["genes"] and names == {"Homo sapiens"}
    for keyword in keywords_of(record):
        if keyword in symbols or any(keyword in forms for forms, iri in chemicals if iri):
            continue
        found = {iri for forms, iri in diseases if iri and keyword in forms}
        if not found and keyword in dictionaries.diseases:
            found = {doid_iri(dictionaries.diseases[keyword])}
        facts.disease_keywords.update((figid, iri) for iri in found)
        if found:
            continue
        if human_only and keyword in dictionaries.symbols:
            gene = dictionaries.symbols[keyword]
            facts.genes.add((figid, gene, HUMAN))
            facts.gene_mentions.add((figid, gene, keyword, keyword, "hgnc"))
        else:
            facts.keywords.add((figid, keyword))


def add_genes(figid: str, rows: Iterable[Row], facts: Facts) -> None:
    """Add genes and mentions of a table's rows or an inline list's items; inline ones are human.

    A row without a gene id names no gene and adds nothing.
    """
    for row in rows:
        gene = present(row.get("ncbigene_id") or row.get("entrez"))
        if not gene:
            continue
        matched = row["match"] if "match" in row else row["symbol"]
        facts.genes.add((figid, gene, row.get("organism_id", HUMAN)))
        facts.gene_mentions.add(
            (figid, gene, gene_text(row["word"]), gene_text(matched), present(row["source"]))
        )


def judge_mentions(facts: Facts, meanings: Meanings) -> None:
    """Add how each word was matched to a gene, how much it can mean, and the genes by level."""
    taxa = {(figid, gene): taxon for figid, gene, taxon in facts.genes}
    candidates: dict[tuple[str, ...], set[str]] = {}
    for figid, gene, word, match, _ in facts.gene_mentions:
        candidates.setdefault((figid, taxa[figid, gene], word, match), set()).add(gene)
    for mention in facts.gene_mentions:
        figid, gene, word, match, lexicon = mention
        if kind := KINDS.get(lexicon.lower()):
            facts.match_kinds.add((*mention, kind))
            if kind == "SymbolMatch":
                facts.genes_by_symbol.add((figid, gene))
        if taxa[figid, gene] == HUMAN and match:
            count = meanings.count(match, gene, lexicon)
            facts.meaning_counts.add((*mention, str(count)))
            if count == 1 == len(candidates[figid, HUMAN, word, match]):
                facts.unambiguous_genes.add((figid, gene))


def symbol(row: Row) -> str:
    return gene_text(row.get("ncbigene_symbol") or row.get("hgnc_symbol"))


def names_of(
    rows: Iterable[Row], iri_of: Callable[[Row], str]
) -> list[tuple[tuple[str, ...], str]]:
    """Each row's word, match and name as far as they are there, and its IRI or ''."""
    return [
        (tuple(filter(None, (present(row.get(k)) for k in ("word", "match", "name")))), iri_of(row))
        for row in rows
    ]


def add_entities(
    figid: str,
    named: Iterable[tuple[tuple[str, ...], str]],
    entities: set[tuple[str, str]],
    keywords: set[tuple[str, str]],
) -> None:
    """Add entities; a row that nothing identifies leaves its word as a keyword."""
    for forms, iri in named:
        if iri:
            entities.add((figid, iri))
        elif forms:
            keywords.add((figid, forms[0]))


def chemical_iri(row: Row, dictionaries: Dictionaries) -> str:
    """ChEBI before MeSH; '' without either. Some MeSH terms are known to be one of ChEBI."""
    curie = row.get("chebi") or ""
    if not local_id(curie, "chebi", r"\d+"):
        curie = same_as_mesh(row, dictionaries)
    if number := local_id(curie, "chebi", r"\d+"):
        return f"https://identifiers.org/chebi/CHEBI:{number}"
    return mesh_iri(row)


def disease_iri(row: Row, dictionaries: Dictionaries) -> str:
    """DOID before MeSH before the vocabulary's DOID for one of the names; '' without any.

    Some MeSH terms are known to be one of the Disease Ontology.
    """
    doid = present(row.get("doid")) or same_as_mesh(row, dictionaries)
    if doid.upper().startswith("DOID:"):
        return doid_iri(doid)
    vocabulary = dictionaries.diseases
    names = (present(row.get(key)) for key in ("word", "match", "name"))
    known = (doid_iri(vocabulary[name]) for name in names if name in vocabulary)
    return mesh_iri(row) or next(known, "")


def same_as_mesh(row: Row, dictionaries: Dictionaries) -> str:
    """The CURIE that a row's MeSH term is mapped to one to one; '' without any."""
    term = dictionaries.mesh.get("mesh:" + mesh_iri(row).rpartition("/")[2])
    return term.other if term else ""


def mesh_iri(row: Row) -> str:
    """The MeSH IRI of a `mesh` CURIE or of an older row's `source` and `identifier`."""
    curie = row.get("mesh")
    if curie is None and row.get("source", "").upper() == "MESH":
        curie = f"mesh:{row['identifier']}"
    descriptor = local_id(curie, "mesh", r"[A-Z]\d+")
    return f"http://id.nlm.nih.gov/mesh/{descriptor}" if descriptor else ""


def doid_iri(curie: str) -> str:
    return f"http://purl.obolibrary.org/obo/DOID_{local_id(curie, 'doid', r'[0-9]+')}"


def local_id(curie: str | None, prefix: str, pattern: str) -> str:
    """The part after the colon of a CURIE in either case; '' for anything else."""
    match = re.fullmatch(rf"{prefix}:({pattern})", present(curie), re.IGNORECASE)
    return match[1].upper() if match else ""


def keywords_of(record: dict[str, Any]) -> set[str]:
    keywords = record.get("schema-jsonld", {}).get("keywords") or []
    return set(as_list(keywords)) - MISSING


def add_organisms(
    record: dict[str, Any], genes: Iterable[Row], taxa: dict[str, str], facts: Facts
) -> set[str]:
    """Add the organisms of both keys and of the rows of genes; gives all names of both keys."""
    figid, genes = record["figid"], list(genes)
    rows = {row["organism_name"]: row["organism_id"] for row in genes if "organism_name" in row}
    known = rows | taxa
    paper, fitting = (organism_names(record.get(k)) for k in ("organisms", "organisms_ner"))
    with_id = [row for row in genes if present(row.get("ncbigene_id") or row.get("entrez"))]
    facts.paper_organisms.update((figid, known[n]) for n in paper if n in known)
    facts.gene_organisms.update((figid, known[n]) for n in fitting if n in known)
    facts.gene_organisms.update((figid, row.get("organism_id", HUMAN)) for row in with_id)
    facts.organism_names.update((figid, n) for n in paper | fitting if n not in known)
    kingdoms = bundled_kingdoms()
    of_paper = {kingdoms.get(known.get(name, ""), "") for name in paper}
    if of_paper and of_paper <= {"33090", "4751", "2", "2157"}:
        taxa_of_rows = {row.get("organism_id", HUMAN) for row in with_id}
        animals = {taxon for taxon in taxa_of_rows if kingdoms.get(taxon) == "33208"}
        facts.doubtful_organisms.update((figid, taxon) for taxon in animals)
    return paper | fitting


def organism_names(value: str | list[str] | None) -> set[str]:
    """The names of one key: a list, or a text with commas."""
    names = value.split(",") if isinstance(value, str) else value or []
    return {name.strip() for name in names} - MISSING - {"XXX"}


def as_list(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [value or ""]


def present(value: str | None) -> str:
    """A field's text as it stands, '' where it is missing."""
    return "" if value is None or value in MISSING else value


def gene_text(value: str | None) -> str:
    """A gene's word, match or symbol as it stands: `NA` is the fly gene na."""
    return "" if value is None or value == ".na.character" else value


if __name__ == "__main__":
    import sys

    for folder in sys.argv[2:]:
        print(folder, read_corpus(Path(folder), Path(sys.argv[1])).counts(), sep="\n  ")
