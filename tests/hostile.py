"""Records whose every text tries to steer a terminal, close an element, or run in a page."""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import Path

import yaml

STEERING = (
    "\x9b31mred \x7f\u202egnp.exe\u202c \u2066x\u2069 \u200ez \u200bw \u2028next \x85 \ufeff"
    "\U000e0041\U000e0042 \u061c"
)
"""What a record can hold: controls of C0 are left out when it is read."""
CLOSING = (
    "</title></text></Label></script></textarea><script>window.ran=1</script>"
    "<img src='http://evil.invalid/i' onerror='window.ran=1'><svg onload=window.ran=1>"
    "\"' onmouseover='window.ran=1' ]]> --> {{ran}} ${ran} &lt;b&gt; &#x3c;i&#x3e; "
    "> } INSERT DATA {"
)
TEXT = f"{STEERING} {CLOSING} wide 漢字 e\u0301"
LINK = "javascript:window.ran=1"
GENES = {"TP53": 7157, "EGFR": 1956, "AKT1": 207, "TNF": 7124, "IL6": 3569}


def _record(number: int) -> bytes:
    pmcid = f"PMC999900{number}"
    figid = f"{pmcid}__{chr(96 + number)}<b>&\"'\u202e\x9b"
    front = {
        "figid": figid,
        "figtitle": f"apoptosis {number} {TEXT}",
        "organisms": ["Homo sapiens", f"Mus {TEXT}"],
        "organisms_ner": ["Homo sapiens"],
        "pmcid": pmcid,
        "filename": f"{number}{TEXT}.jpg",
        "figlink": LINK,
        "number": f"F{number} {TEXT}",
        "caption": f"liver cancer {TEXT}",
        "papertitle": f"paper {TEXT}",
        "reftext": f"ref {TEXT}",
        "year": "2020",
        "doi": '10.1000/x"><script>window.ran=1</script>',
        "journal_title": f"journal {TEXT}",
        "journal_nlm_ta": f"nlm {TEXT}",
        "publisher_name": f"publisher {TEXT}",
        "keywords": f"keyword {TEXT} | javascript:alert(1)",
        "automl_pathway": 0.9,
        "figid_alias": f"{pmcid}__F{number}",
        "figtype": f"Figure {TEXT}",
        "ndex": LINK,
        "schema-jsonld": {
            "@context": "https://schema.org/",
            "license": LINK,
            "keywords": [f"unknown {TEXT}", "TP53"],
        },
        f"key {STEERING}": "x",
    }
    text = yaml.safe_dump(front, allow_unicode=False)
    return f"---\n{text}---\n".encode()


def _rows(header: str, *rows: tuple[object, ...]) -> bytes:
    lines = [header.split(), *rows]
    return "".join("\t".join(map(str, line)) + "\n" for line in lines).encode()


def files(number: int) -> dict[str, bytes]:
    """The record and the tables of one figure, by their paths."""
    figid = yaml.safe_load(_record(number).split(b"---")[1])["figid"]
    word = TEXT.replace("\u2028", "")  # ends a line for some readers of tables
    genes = _rows(
        "organism_id organism_name word match ncbigene_symbol ncbigene_id source",
        *(
            (9606, "Homo sapiens", f"{s} {word}", s, s, n, "ncbigene_symbol")
            for s, n in GENES.items()
        ),
    )
    chemicals = _rows("word mesh match name chebi", (word, "NA", word, word, "chebi:59111"))
    diseases = _rows("word mesh match name doid", (word, "mesh:D006528", word, word, "NA"))
    tables = {"genes": genes, "chemicals": chemicals, "diseases": diseases}
    named = {f"_data/{figid}-{kind}.tsv": table for kind, table in tables.items()}
    return {f"_figures/{number}.md": _record(number), **named}


def write_archive(place: Path) -> Path:
    """An archive of three figures, and of bad records with hostile names."""
    with tarfile.open(place, "w:gz") as archive:
        for number in (1, 2, 3):
            for name, content in files(number).items():
                _add(archive, f"root/{name}", content)
        _add(archive, f"root/_figures/bad\x1b[31m\x07\nforged{STEERING}.md", b"junk")
    return place


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, BytesIO(content))


def write_gmt(place: Path) -> Path:
    """Two pathways with hostile titles, and a line that is none."""
    title = TEXT.replace("%", "")
    lines = [
        "\t".join([f"{title} {n}%WikiPathways_20260101%WP{n}%Homo sapiens", LINK, *genes])
        for n, genes in ((11, ["7157", "1956", "207", "7124"]), (12, ["7157", "1956", "3569"]))
    ]
    place.write_bytes("\n".join([*lines, f"{STEERING}\x1b[31m\tx\t\x1b]0;x\x07"]).encode())
    return place
