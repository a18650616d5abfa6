"""Names of human genes: the bundled dictionary, or one of the user."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from string import punctuation, whitespace
from typing import Final, NamedTuple

from pfocr_kg import iris, resources
from pfocr_kg.errors import DictionaryError
from pfocr_kg.model import Entity, Kind

_NUMBER = re.compile(r"[1-9][0-9]*")
_MOST_BYTES = 1 << 28
_ENSEMBL_GENE: Final = re.compile(r"ENSG[0-9]{11}")


class GeneRow(NamedTuple):
    """One approved symbol with the gene's ids and other names, each list separated by `|`.

    The first of `numbers` is the gene's NCBI gene id, the others are its copies on alternative
    assemblies. `ensembl` are Ensembl gene ids without "ENSG" and leading zeros, or with them;
    `hgnc` is the number of the HGNC id, or "".
    """

    symbol: str
    numbers: str
    ensembl: str
    previous: str
    aliases: str
    hgnc: str = ""

    @property
    def number(self) -> str:
        """The gene's NCBI gene id."""
        return self.numbers.partition("|")[0]


@dataclass(frozen=True, eq=False)
class GeneDictionary:
    """Names of human genes; each table of them is made on first use.

    `has_aliases` says whether `read` gives alias symbols; without them nobody knows what else
    a name can mean.
    """

    read: Callable[[], Sequence[GeneRow]]
    has_aliases: bool = True

    @cached_property
    def by_symbol(self) -> Mapping[str, str]:
        """Approved symbol, or previous symbol of one gene only -> NCBI gene id."""
        approved = {row.symbol: row.number for row in self.read()}
        former: dict[str, set[str]] = {}
        for row in self.read():
            for name in _split(row.previous):
                former.setdefault(name, set()).add(row.number)
        return {name: min(ids) for name, ids in former.items() if len(ids) == 1} | approved

    @cached_property
    def _by_number(self) -> dict[str, tuple[GeneRow, ...]]:
        """The rows of each NCBI gene id."""
        found: dict[str, tuple[GeneRow, ...]] = {}
        copies: dict[str, tuple[GeneRow, ...]] = {}
        for row in self.read():
            number, several, others = row.numbers.partition("|")
            found[number] = (*found[number], row) if number in found else (row,)
            if several:
                for other in others.split("|"):
                    copies[other] = (*copies.get(other, ()), row)
        return copies | found

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """Normal form of a symbol, previous or alias symbol -> its NCBI gene ids with `|`."""
        # All names are brought into normal form at once, since that takes a tenth of the time.
        text = "\n".join([f"{row.symbol}|{row.previous}|{row.aliases}" for row in self.read()])
        found: dict[str, str] = {}
        for row, line in zip(self.read(), normal_form(text, but="\n|").split("\n"), strict=True):
            number = row.number
            for name in line.split("|"):
                if name in found:
                    found[name] += f"|{number}"
                elif name:
                    found[name] = number
        return found

    @cached_property
    def _by_id(self) -> dict[str, dict[str, None]]:
        """Ensembl or HGNC id -> NCBI gene ids."""
        found: dict[str, dict[str, None]] = {}
        for row in self.read():
            for name in (*_ensembl_ids(row), *([f"HGNC:{row.hgnc}"] if row.hgnc else ())):
                found.setdefault(name, {})[row.number] = None
        return found

    def find(self, symbol: str) -> Entity | None:
        """The human gene of a symbol, spelled exactly as HGNC writes it."""
        number = self.by_symbol.get(symbol)
        if number is None:
            return None
        return Entity(Kind.GENE, iris.gene(number), number, organism=iris.HUMAN)

    def numbers_named(self, name: str) -> tuple[str, ...]:
        """NCBI gene ids of the genes with this symbol, previous or alias symbol (normal form)."""
        return tuple(_split(self._by_name.get(normal_form(name), "")))

    def numbers_of_id(self, identifier: str) -> tuple[str, ...]:
        """NCBI gene ids of the genes with this Ensembl id or HGNC id (as in "HGNC:5")."""
        return tuple(self._by_id.get(identifier.upper(), ()))

    def approved_symbols(self, number: str) -> tuple[str, ...]:
        """The approved symbols of the gene with this NCBI gene id, of which a few genes have two.

        A copy on an alternative assembly has the symbols of its genes, unless its id is also the
        id of another gene.
        """
        return tuple(row.symbol for row in self._by_number.get(number, ()))

    def previous_symbols(self, number: str) -> tuple[str, ...]:
        """The previous symbols of the gene with this NCBI gene id."""
        return tuple(
            name
            for row in self._by_number.get(number, ())
            for name in _split(row.previous)
            if name.isprintable()
        )

    def alias_symbols(self, number: str) -> tuple[str, ...]:
        """The alias symbols of the gene with this NCBI gene id; other genes can have the same."""
        rows = self._by_number.get(number, ())
        return tuple(name for row in rows for name in _split(row.aliases) if name.isprintable())

    def hgnc_ids(self, number: str) -> tuple[str, ...]:
        """The numbers of the HGNC ids of the gene with this NCBI gene id; none for its copies."""
        rows = self._by_number.get(number, ())
        return tuple(row.hgnc for row in rows if row.hgnc and row.number == number)

    def ensembl_ids(self, number: str) -> tuple[str, ...]:
        """The Ensembl ids of the gene with this NCBI gene id; none for its copies."""
        return tuple(
            name
            for row in self._by_number.get(number, ())
            if row.number == number
            for name in _ensembl_ids(row)
        )

    def genes_named(self, name: str, number: str) -> int:
        """How many genes have this name, the gene `number` counted whether it has it or not.

        Names are symbols, previous and alias symbols, compared in their normal form.
        """
        found = self._by_name.get(normal_form(name), "")
        ids = set(_split(found))
        own = {row.number for row in self._by_number.get(number, ())} or {number}
        return len(ids) + ids.isdisjoint(own)


def _ensembl_ids(row: GeneRow) -> Iterator[str]:
    for text in _split(row.ensembl):
        yield text if text.startswith("ENSG") else f"ENSG{text:0>11}"


def normal_form(name: str, *, but: str = "") -> str:
    """A name as names are compared: case folded, without blanks, hyphens and other ASCII signs.

    Signs in `but` stay. PFOCR compares the words of a figure with the names of genes in the same
    way, so that "pp1a" is matched to "PP-1A".
    """
    # As bytes, since this is ten times as fast for a long text that is not all ASCII.
    return name.casefold().encode("utf-8", "replace").translate(None, _signs(but)).decode()


@cache
def _signs(but: str) -> bytes:
    return "".join(sign for sign in punctuation + whitespace if sign not in but).encode()


def _split(names: str) -> list[str]:
    return names.split("|") if names else []


@cache
def bundled_genes() -> GeneDictionary:
    """The bundled dictionary: facts from HGNC, NCBI Gene and Ensembl.

    It is read on first use.
    """
    return GeneDictionary(_bundled_rows)


@cache
def _bundled_rows() -> Sequence[GeneRow]:
    """The rows of the bundled file, which need no checks: symbol, HGNC id, then as in `GeneRow`."""
    text = resources.ontology("human-genes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("# "))
    next(rows)
    return [GeneRow(symbol, *others)._replace(hgnc=hgnc) for symbol, hgnc, *others in rows]


def read_gene_dictionary(path: Path) -> GeneDictionary:
    """Read the names of human genes from a file.

    The header tells which of two forms it has: HGNC's complete set
    (https://www.genenames.org/download/); NCBI's gene_info
    (https://ftp.ncbi.nlm.nih.gov/gene/DATA/), whose human rows are read. Each may be
    gzipped.

    Raises:
        DictionaryError: the file cannot be read, or has another form.

    """
    try:
        rows, has_aliases = _gene_rows(path)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DictionaryError(f"{path}: cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise DictionaryError(f"{path}: is not UTF-8 text") from None
    if not rows:
        raise DictionaryError(f"{path}: holds no human gene with a symbol and an NCBI gene id")
    return GeneDictionary(lambda: rows, has_aliases)


def _gene_rows(path: Path) -> tuple[list[GeneRow], bool]:
    """The rows of a dictionary, and whether it has alias symbols."""
    header, lines = _table(path)
    columns = {name: at for at, name in enumerate(header.lstrip("#").split("\t"))}
    cells = (line.split("\t") for line in lines if line and not line.startswith("# "))
    for needed, others, reader in _GENE_FORMS:
        if all(name in columns for name in needed):
            places = [columns.get(name, -1) for name in (*needed, *others)]
            return list(reader(places, cells)), others[0] in columns
    raise DictionaryError(
        f"{path}: is not a dictionary of human genes",
        hint="It takes HGNC's complete set or NCBI's gene_info (tab-separated, may be .gz)",
    )


def _table(path: Path) -> tuple[str, Iterator[str]]:
    """The header of a file, and the lines below it."""
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
    return next((line for line in lines if line and not line.startswith("# ")), ""), lines


def _is_gene(symbol: str, number: str) -> bool:
    return symbol.isprintable() and symbol != "" and _NUMBER.fullmatch(number) is not None


_Cells = Iterator[list[str]]


def _hgnc(at: list[int], cells: _Cells) -> Iterator[GeneRow]:
    symbol, number, previous, aliases, ensembl, hgnc = at
    last = max(at)
    for row in cells:
        if len(row) > last and _is_gene(row[symbol], row[number]):
            ids = row[ensembl] if ensembl >= 0 and _ENSEMBL_GENE.fullmatch(row[ensembl]) else ""
            names = (_list(row[column]) if column >= 0 else "" for column in (previous, aliases))
            own = row[hgnc].removeprefix("HGNC:") if hgnc >= 0 else ""
            yield GeneRow(row[symbol], row[number], ids, *names)._replace(hgnc=own)


def _list(cell: str) -> str:
    """A cell of HGNC's complete set, which quotes lists of several names."""
    return "|".join(filter(None, cell.strip('"').split("|")))


def _gene_info(at: list[int], cells: _Cells) -> Iterator[GeneRow]:
    taxon, number, symbol, authority, synonyms, references = at
    last = max(at)
    for row in cells:
        if len(row) > last and row[taxon] == iris.HUMAN:
            # "-" stands for a missing name in gene_info. Its synonyms are aliases and previous
            # symbols, which it does not tell apart: several genes can have the same one.
            name = row[authority] if row[authority] != "-" else row[symbol]
            if _is_gene(name, row[number]):
                names = row[synonyms] if synonyms >= 0 and row[synonyms] != "-" else ""
                known = row[references].split("|") if references >= 0 else []
                ids = [text.removeprefix("Ensembl:") for text in known]
                genes = "|".join(filter(_ENSEMBL_GENE.fullmatch, ids))
                own = "".join(text[10:] for text in known if text.startswith("HGNC:HGNC:"))
                yield GeneRow(name, row[number], genes, "", names, own)


# Columns that a form needs, those that it may have (alias symbols, ids), and its reader,
# which takes the places of all, -1 for a missing column.
_GENE_FORMS = (
    (("symbol", "entrez_id", "prev_symbol"), ("alias_symbol", "ensembl_gene_id", "hgnc_id"), _hgnc),
    (
        ("tax_id", "GeneID", "Symbol", "Symbol_from_nomenclature_authority"),
        ("Synonyms", "dbXrefs"),
        _gene_info,
    ),
)
