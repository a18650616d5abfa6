"""Write codemeta.json and .zenodo.json from CITATION.cff.

    python -m tools.release.citations [--check]

With --check nothing is written; the exit code is 1 if one of them is out of date. The terms are
those of CodeMeta 3.0 (https://w3id.org/codemeta/3.0) and of Zenodo's deposits.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def codemeta(cited: dict[str, Any]) -> dict[str, Any]:
    """The software as schema.org and CodeMeta describe it, with the papers it builds on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": cited["title"],
        "description": cited["abstract"],
        "version": cited["version"],
        "datePublished": cited.get("date-released"),
        "author": [{"@type": "Organization", "name": who["name"]} for who in cited["authors"]],
        "license": f"https://spdx.org/licenses/{cited['license']}",
        "url": cited["url"],
        "codeRepository": cited["repository-code"],
        "keywords": cited["keywords"],
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {project['requires-python']}",
        "referencePublication": [_paper(paper) for paper in cited["references"]],
    }


def _paper(paper: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"https://doi.org/{paper['doi']}",
        "@type": "ScholarlyArticle",
        "name": paper["title"],
        "datePublished": str(paper["year"]),
        "isPartOf": {"@type": "Periodical", "name": paper["journal"]},
        "author": [
            {"@type": "Person", "givenName": who["given-names"], "familyName": who["family-names"]}
            for who in paper["authors"]
        ],
    }


def zenodo(cited: dict[str, Any]) -> dict[str, Any]:
    """What Zenodo asks of an upload."""
    return {
        "upload_type": "software",
        "title": cited["title"],
        "description": cited["abstract"],
        "version": cited["version"],
        "publication_date": cited.get("date-released"),
        "creators": [{"name": who["name"]} for who in cited["authors"]],
        "access_right": "open",
        "license": cited["license"],
        "keywords": cited["keywords"],
        "related_identifiers": [
            {"scheme": "doi", "identifier": paper["doi"], "relation": "references"}
            for paper in cited["references"]
        ],
    }


def files() -> dict[Path, str]:
    """The files, with what belongs in each."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    made = {"codemeta.json": codemeta(cited), ".zenodo.json": zenodo(cited)}
    return {ROOT / name: _text(content) for name, content in made.items()}


def _text(content: dict[str, Any]) -> str:
    known = {key: value for key, value in content.items() if value is not None}
    return json.dumps(known, indent=2, default=str) + "\n"


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    made = files()
    if "--check" in arguments:
        return int(any(not p.is_file() or p.read_text(encoding="utf-8") != made[p] for p in made))
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
