"""Human gene symbols: the bundled dictionary, or one of the user."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pfocr_kg import iris, resources
from pfocr_kg.errors import DictionaryError
from pfocr_kg.model import Entity, Kind

_NUMBER = re.compile(r"[1-9][0-9]*")
_MOST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class GeneDictionary:
    """Human gene symbols.

    `by_symbol` maps each approved symbol, and each previous symbol of one gene only, to its NCBI
    gene id. `approved` maps each NCBI gene id to its approved symbols (a few genes have two).
    """

    by_symbol: Mapping[str, str]
    approved: Mapping[str, tuple[str, ...]]

    def find(self, symbol: str) -> Entity | None:
        """The human gene of a symbol, spelled exactly as HGNC writes it."""
        number = self.by_symbol.get(symbol)
        if number is None:
            return None
        return Entity(Kind.GENE, iris.gene(number), number, organism=iris.HUMAN)


class _BundledGenes(GeneDictionary):
    """Read on first use, since rows that hold NCBI gene ids do not need it."""

    def __init__(self) -> None:
        pass

    @property
    def by_symbol(self) -> Mapping[str, str]:
        return _bundled_genes().by_symbol

    @property
    def approved(self) -> Mapping[str, tuple[str, ...]]:
        return _bundled_genes().approved


@cache
def _bundled_genes() -> GeneDictionary:
    return read_gene_dictionary(resources.ontology("human-genes.tsv"))


def bundled_genes() -> GeneDictionary:
    """The bundled dictionary of genes: facts from HGNC."""
    return _BundledGenes()


def read_gene_dictionary(path: Path) -> GeneDictionary:
    """Read human gene symbols from a file.

    The header tells which of three forms it has: the bundled one; HGNC's complete set
    (https://www.genenames.org/download/); NCBI's gene_info
    (https://ftp.ncbi.nlm.nih.gov/gene/DATA/), whose human rows are read. Each may be
    gzipped.

    Raises:
        DictionaryError: the file cannot be read, or has another form.

    """
    try:
        rows = _gene_rows(path)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DictionaryError(f"{path}: cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise DictionaryError(f"{path}: is not UTF-8 text") from None
    approved: dict[str, list[str]] = {}
    by_symbol: dict[str, str] = {}
    former: dict[str, set[str]] = {}
    for symbol, number, previous in rows:
        by_symbol[symbol] = number
        approved.setdefault(number, []).append(symbol)
        for name in previous:
            former.setdefault(name, set()).add(number)
    if not by_symbol:
        raise DictionaryError(f"{path}: holds no human gene with a symbol and an NCBI gene id")
    for name, numbers in former.items():
        if len(numbers) == 1 and name not in by_symbol:
            by_symbol[name] = next(iter(numbers))
    return GeneDictionary(by_symbol, {n: tuple(sorted(s)) for n, s in approved.items()})


_GeneRow = tuple[str, str, list[str]]


def _gene_rows(path: Path) -> list[_GeneRow]:
    if path.exists() and not path.is_file():
        raise DictionaryError(f"{path}: is not a regular file")
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as file:
        raw = file.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise DictionaryError(f"{path}: holds more than {_MOST_BYTES >> 20} MB")
    text = raw.decode("utf-8-sig")
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    header = next((line for line in lines if line and not line.startswith("# ")), "")
    columns = {name: at for at, name in enumerate(header.lstrip("#").split("\t"))}
    cells = (line.split("\t") for line in lines if line and not line.startswith("# "))
    for needed, reader in _GENE_FORMS:
        if all(name in columns for name in needed):
            return list(reader([columns[name] for name in needed], cells))
    raise DictionaryError(
        f"{path}: is not a dictionary of human genes",
        hint="It takes HGNC's complete set or NCBI's gene_info (tab-separated, may be .gz)",
    )


def _is_gene(symbol: str, number: str) -> bool:
    return symbol.isprintable() and symbol != "" and _NUMBER.fullmatch(number) is not None


def _hgnc(at: list[int], cells: Iterator[list[str]]) -> Iterator[_GeneRow]:
    symbol, number, previous = at
    last = max(at)
    for row in cells:
        if len(row) > last and _is_gene(row[symbol], row[number]):
            names = row[previous].strip('"')
            yield row[symbol], row[number], list(filter(None, names.split("|"))) if names else []


def _gene_info(at: list[int], cells: Iterator[list[str]]) -> Iterator[_GeneRow]:
    taxon, number, symbol, authority = at
    last = max(at)
    for row in cells:
        if len(row) > last and row[taxon] == iris.HUMAN:
            # "-" stands for a missing name in gene_info. Its synonyms are aliases, not previous
            # symbols: several genes can have the same one.
            name = row[authority] if row[authority] != "-" else row[symbol]
            if _is_gene(name, row[number]):
                yield name, row[number], []


_GENE_FORMS = (
    (("symbol", "ncbigene_id", "previous_symbols"), _hgnc),
    (("symbol", "entrez_id", "prev_symbol"), _hgnc),
    (("tax_id", "GeneID", "Symbol", "Symbol_from_nomenclature_authority"), _gene_info),
)
