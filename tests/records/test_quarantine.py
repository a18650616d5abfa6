"""Each fault of a record: its place, its key, its value and its whole reason, as users read them.

`quarantine.tsv` was checked by reading. `record` and tables without a folder are those of the
figure; the content of files is escaped as in Python, in Latin-1.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bad_input import BAD, RECORD, record
from pfocr_kg.build.worker import SharedInputs
from pfocr_kg.errors import RecordError
from pfocr_kg.records import record as records
from pfocr_kg.records.sources import find_records
from places import ROOT

TABLE = ROOT / "tests" / "records" / "quarantine.tsv"
with TABLE.open(encoding="utf-8", newline="") as lines:
    CASES = [*csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def unescaped(text: str) -> str:
    return text.encode().decode("unicode_escape")


def path_of(name: str) -> str:
    """`record` is the record; a name without a folder is a table of its figure."""
    if name == "record":
        return RECORD
    return name if "/" in name else f"_data/{BAD}-{name}"


def faults(folder: Path) -> list[RecordError]:
    """What a build reports of the one record of a folder, and of the files it shares."""
    (found,) = find_records(folder, folder)
    shared = SharedInputs().shared_of(found)
    try:
        return [*shared.errors, *records.read(found.records[0], found, shared).errors]
    except RecordError as error:
        return [*shared.errors, error]


@pytest.mark.parametrize("case", CASES, ids=[f"{c['file']}-{c['reason']}" for c in CASES])
def test_fault(case: dict[str, str], tmp_path: Path) -> None:
    files = {RECORD: record(), path_of(case["file"]): unescaped(case["content"]).encode("latin-1")}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (error,) = faults(tmp_path)
    name, colon, line = case["place"].partition(":")
    assert error.place == f"{tmp_path}/{path_of(name)}{colon}{line}"
    assert error.reason == case["reason"]
    empty = {"": None, "-": ""}
    assert error.key == empty.get(case["key"], case["key"])
    assert error.value == empty.get(case["value"], unescaped(case["value"]))
    assert str(error) == f"{error.place}: {error.reason}"
