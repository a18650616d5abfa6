"""What tests read from the folder of a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def report(store: Path) -> dict[str, Any]:
    """The report of the current graph, found by names of docs/reference/command-line.md."""
    name = json.loads((store / "pfocr-kg.json").read_text(encoding="utf-8"))["generation"]
    text = (store / "generations" / name / "report.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
