r"""Write the two tables of diseases of `ontologies/` anew.

    python tools/make_disease_tables.py --diseases disease_terms.tsv \
        --disease-genes disease_genes.tsv --genes human_genes.tsv --ontology doid.obo \
        --output ontologies

Reads tab-separated tables with a header, without quoting, and a release of the Disease Ontology:

- diseases: `name`, `doid`; rows whose id is not a DOID are left out;
- disease genes: `symbol`, `doid`: the statements of DISEASES' knowledge channel;
- genes: `symbol`, `ncbigene_ids`, `previous_symbols`, `alias_symbols` (separated by `|`; the first
  id is the gene's own);
- ontology: https://github.com/DiseaseOntology/HumanDiseaseOntology/ has its releases in OBO format.

Writes `diseases.tsv` and `disease-names.tsv`, which are apart because their licences are. The same
tables give the same bytes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from make_dictionaries import Row, read

DOID = re.compile(r"DOID:([0-9]+)")

# Names of the same disease, or of what is mostly meant by it, beside the name in the Disease
# Ontology: written for this project. Not here is what a text can spell otherwise by rule, such as
# "cancer" for "carcinoma" or British spelling; `records/disease_vocabulary.py` knows that.
OTHER_NAMES = {
    "acquired immunodeficiency syndrome": ["AIDS", "acquired immune deficiency syndrome"],
    "acute kidney failure": ["acute kidney injury", "acute renal failure"],
    "acute lymphoblastic leukemia": ["acute lymphocytic leukemia"],
    "acute myeloid leukemia": ["acute myelogenous leukemia"],
    "adult respiratory distress syndrome": ["acute respiratory distress syndrome"],
    "allergic disease": ["allergy"],
    "anthrax disease": ["anthrax"],
    "autism spectrum disorder": ["autism"],
    "brain glioma": ["glioma"],
    "brain ischemia": ["cerebral ischemia"],
    "cancer": ["malignancy", "malignant neoplasm", "malignant tumor"],
    "cardiovascular system disease": ["cardiovascular disease"],
    "cerebrovascular disease": ["stroke"],
    "chronic fatigue syndrome": ["myalgic encephalomyelitis"],
    "chronic lymphocytic leukemia": ["chronic lymphoid leukemia"],
    "chronic myeloid leukemia": ["chronic myelogenous leukemia"],
    "congestive heart failure": ["heart failure", "cardiac failure"],
    "coronary artery disease": ["coronary heart disease"],
    "Coronavirus infectious disease": ["coronavirus disease"],
    "COVID-19": ["COVID", "coronavirus disease 2019", "SARS-CoV-2 infection"],
    "dengue disease": ["dengue", "dengue fever"],
    "disease by infectious agent": ["infectious disease"],
    "disease of mental health": ["mental disorder", "mental illness", "psychiatric disorder"],
    "disease of metabolism": ["metabolic disease"],
    "Down syndrome": ["trisomy 21"],
    "Ebola hemorrhagic fever": ["Ebola virus disease", "Ebola virus infection"],
    "end stage renal disease": ["end-stage kidney disease", "end-stage renal failure"],
    "factor VIII deficiency": ["hemophilia", "hemophilia A"],
    "fatty liver disease": ["fatty liver", "hepatic steatosis", "liver steatosis"],
    "glioblastoma": ["glioblastoma multiforme"],
    "hepatitis B": ["HBV infection"],
    "hepatitis C": ["HCV infection"],
    "hepatocellular carcinoma": ["hepatoma"],
    "human immunodeficiency virus infectious disease": ["HIV infection"],
    "Human papillomavirus infectious disease": ["HPV infection"],
    "intellectual disability": ["mental retardation"],
    "Kawasaki disease": ["mucocutaneous lymph node syndrome"],
    "kidney failure": ["renal failure"],
    "liver cirrhosis": ["cirrhosis", "hepatic cirrhosis"],
    "liver disease": ["hepatic disease"],
    "kidney disease": ["renal disease", "nephropathy"],
    "kidney cancer": ["renal cancer"],
    "lung non-small cell carcinoma": [
        "non-small cell lung cancer",
        "non-small cell lung carcinoma",
    ],
    "lung small cell carcinoma": ["small cell lung cancer", "small cell lung carcinoma"],
    "Marburg hemorrhagic fever": ["Marburg virus disease", "Marburg virus infection"],
    "mitochondrial metabolism disease": ["mitochondrial disease"],
    "major depressive disorder": ["major depression"],
    "Middle East respiratory syndrome": ["MERS", "MERS-CoV infection"],
    "myocardial infarction": ["heart attack"],
    "nasopharynx carcinoma": ["nasopharyngeal carcinoma"],
    "perinatal necrotizing enterocolitis": ["necrotizing enterocolitis"],
    "Plasmodium falciparum malaria": ["falciparum malaria"],
    "Plasmodium vivax malaria": ["vivax malaria"],
    "psychotic disorder": ["psychosis"],
    "severe acute respiratory syndrome": ["SARS", "SARS-CoV infection"],
    "sickle cell anemia": ["sickle cell disease"],
    "skin melanoma": ["cutaneous melanoma"],
    "stomach cancer": ["gastric cancer"],
    "stomach carcinoma": ["gastric carcinoma"],
    "thyroid gland cancer": ["thyroid cancer"],
    "thyroid gland carcinoma": ["thyroid carcinoma"],
    "urinary bladder cancer": ["bladder cancer"],
    "Wilson disease": ["hepatolenticular degeneration"],
    "Zika fever": ["Zika", "Zika virus disease"],
}

# Names that say no more than that there is a disease.
NOT_NAMES = {"disease", "syndrome"}


def diseases(names: list[Row], statements: list[Row], genes: list[Row]) -> bytes:
    """The table of DISEASES: DOID, name, and NCBI gene ids of its knowledge channel.

    `names` are rows with `name` and `doid`, `statements` rows with `symbol` and `doid`, and `genes`
    those of the table of human genes.
    """
    found = {row["doid"]: row["name"] for row in names if DOID.fullmatch(row["doid"])}
    number_of = _numbers(genes)
    of_disease: dict[str, set[str]] = defaultdict(set)
    unresolved: set[str] = set()
    for row in statements:
        number = number_of.get(row["symbol"])
        if number is None:
            unresolved.add(row["symbol"])
        elif row["doid"] in found:
            of_disease[row["doid"]].add(number)
    lines = [
        "# Diseases of PFOCR's keywords, and the genes that DISEASES associates with them.",
        "# Source: DISEASES, knowledge channel, https://diseases.jensenlab.org/",
        "# Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "# Rights: Jensen Lab, University of Copenhagen. Pletscher-Frankild S, Pallejà A,",
        "# Tsafou K, Binder JX, Jensen LJ. DISEASES: Text mining and data integration of",
        "# disease-gene associations. Methods. 2015;74:83-89. doi:10.1016/j.ymeth.2014.11.020",
        f"# Changed: {len(names) - len(found)} names with an AmyCo id and no DOID are left out.",
        "# Symbols are replaced by NCBI gene ids, of approved symbols first, then of previous and",
        f"# alias symbols of one gene only. {len(unresolved)} have none and are left out:",
        *(f"# {line}" for line in _wrapped(sorted(unresolved))),
        "doid\tname\tncbigene_ids",
    ]
    return _bytes(
        [
            *lines,
            *(
                f"{doid}\t{found[doid]}\t{'|'.join(sorted(of_disease[doid], key=int))}"
                for doid in sorted(found)
            ),
        ]
    )


def _wrapped(words: list[str]) -> Iterator[str]:
    """The words, eight a line."""
    for start in range(0, len(words), 8):
        yield " ".join(words[start : start + 8])


def _numbers(genes: list[Row]) -> dict[str, str]:
    """Symbol -> NCBI gene id: approved ones, then previous, then alias ones of one gene only."""
    numbers: dict[str, str] = {}
    for column in ("symbol", "previous_symbols", "alias_symbols"):
        named: dict[str, set[str]] = defaultdict(set)
        for row in genes:
            own = row["ncbigene_ids"].partition("|")[0]
            for symbol in filter(None, row[column].split("|")):
                if own:
                    named[symbol].add(own)
        for symbol, ids in named.items():
            if symbol not in numbers and len(ids) == 1:
                numbers[symbol] = next(iter(ids))
    return numbers


def disease_names(ontology: Path) -> bytes:
    """The table of names of the Disease Ontology: DOID, name, other names.

    `ontology` is a release of it in OBO format. Raises `ValueError` where a name of `OTHER_NAMES`
    is not in it, or where its other name is there for another disease.
    """
    version, terms = _terms(ontology)
    taken = {name.casefold() for name in terms.values()}
    for name, others in OTHER_NAMES.items():
        if name not in terms.values():
            raise ValueError(f"{ontology}: has no disease {name!r}")
        if wrong := [other for other in others if other.casefold() in taken]:
            raise ValueError(f"{ontology}: {wrong[0]!r} is a name of its own")
    lines = [
        "# Names of diseases, by which texts are searched.",
        f"# Source: Disease Ontology, https://disease-ontology.org/, release {version}",
        "# Licence: CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/",
        "# Other names, separated by |, are of this project and CC0 1.0 too.",
        "doid\tname\tother_names",
    ]
    for doid, name in sorted(terms.items()):
        if name not in NOT_NAMES:
            lines.append("\t".join([doid, name, "|".join(OTHER_NAMES.get(name, []))]))
    return _bytes(lines)


def _terms(ontology: Path) -> tuple[str, dict[str, str]]:
    """The version of an OBO file, and its terms: id -> name, obsolete ones left out."""
    head, *stanzas = ontology.read_text(encoding="utf-8").split("\n\n[")
    version = re.search(r"^data-version: .*?(\d{4}-\d{2}-\d{2})", head, re.MULTILINE)
    terms = {}
    for stanza in stanzas:
        tags = dict(line.partition(": ")[::2] for line in reversed(stanza.splitlines()))
        obsolete = tags.get("is_obsolete") == "true" or tags.get("name", "").startswith("obsolete ")
        if stanza.startswith("Term]") and DOID.fullmatch(tags["id"]) and not obsolete:
            terms[tags["id"]] = tags["name"]
    return version[1] if version else "unknown", terms


def _bytes(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def write(arguments: argparse.Namespace) -> None:
    """Read the tables and the ontology, and write the two tables of diseases."""
    names = read(arguments.diseases, ["name", "doid"])
    statements = read(arguments.disease_genes, ["symbol", "doid"])
    columns = ["symbol", "ncbigene_ids", "previous_symbols", "alias_symbols"]
    made = diseases(names, statements, read(arguments.genes, columns))
    out: Path = arguments.output
    out.mkdir(parents=True, exist_ok=True)
    (out / "diseases.tsv").write_bytes(made)
    (out / "disease-names.tsv").write_bytes(disease_names(arguments.ontology))


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("--diseases", "--disease-genes", "--genes", "--ontology"):
        parser.add_argument(name, type=Path, required=True, metavar="FILE")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    try:
        write(parser.parse_args())
    except (OSError, ValueError) as error:
        print(f"make_disease_tables: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
