"""What no schema of a description can say, for `test_api_description`."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from schemathesis import Case


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Case, response: Any) -> bool:
    """Keep a failure, unless it is about an empty text, which counts as no value."""
    body = case.body if isinstance(case.body, dict) else {}
    sent = parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)
    has_empty = any(value in ("", [""]) for value in body.values()) or "" in dict(sent).values()
    return not (has_empty and response.status_code == 200)
