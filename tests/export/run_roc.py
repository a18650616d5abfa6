"""Runs the RO-Crate validator on a folder, without a network; prints what it found wrong.

For an environment of its own: `python run_roc.py FOLDER CONTEXT SEVERITY`. The validator fetches
the JSON-LD context from the Web; here it gets the copy in the package `rocrate`, which is of a
later version and means the same by all terms that our crates use.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

folder, context, severity = sys.argv[1:]
TEXT = Path(context).read_text(encoding="utf-8")


class Answer:
    """What the validator's own loader looks at."""

    status_code = 200
    text = TEXT
    content = TEXT.encode()
    headers = {"Content-Type": "application/ld+json"}  # noqa: RUF012

    def json(self) -> Any:
        return json.loads(TEXT)


def get(_self: object, url: str, **_: object) -> Answer:
    assert url == "https://w3id.org/ro/crate/1.1/context", f"asks for {url}"
    return Answer()


HttpRequester.get = get
settings = {
    "rocrate_uri": folder,
    "profile_identifier": "ro-crate-1.1",
    "requirement_severity": models.Severity[severity],
    "abort_on_first": False,
}
found = services.validate(services.ValidationSettings(**settings))
issues = [f"{issue.check.identifier}: {issue.message}" for issue in found.get_issues()]
print(json.dumps({"passed": found.passed(), "issues": issues}))
