"""Runs KGX's validator on nodes.tsv and edges.tsv, without a network; prints what it found.

For an environment of its own: `python run_kgx.py nodes.tsv edges.tsv`. KGX fetches the Biolink
Model from the Web; here it gets the copy in the package `biolink-model`, which it depends on.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from types import SimpleNamespace

import bmt.toolkit

MODEL = files("biolink_model")
# KGX makes a toolkit while it is imported, of the model that these defaults name.
bmt.Toolkit.__init__.__defaults__ = (str(MODEL / "schema" / "biolink_model.yaml"), "")
# The toolkit fetches a table of predicates, which the validator does not need.
NO_PREDICATES = SimpleNamespace(text="predicate mappings: []")
bmt.toolkit.requests = SimpleNamespace(get=lambda url: NO_PREDICATES)

import kgx.config  # noqa: E402
from kgx.transformer import Transformer  # noqa: E402
from kgx.utils.kgx_utils import GraphEntityType  # noqa: E402
from kgx.validator import Validator  # noqa: E402

prefixes = json.loads((MODEL / "prefixmaps" / "biolink_model_prefix_map.json").read_text())
# The one prefix that the Biolink Model lacks.
prefixes["figure"] = "https://pfocr.wikipathways.org/figures/"
kgx.config.jsonld_context_map["biolink"] = prefixes

counts = {"nodes": 0, "edges": 0}


def count(kind: GraphEntityType, record: object) -> None:
    counts["edges" if kind == GraphEntityType.EDGE else "nodes"] += 1


validator = Validator(progress_monitor=count)
Transformer(stream=True).transform(
    input_args={"filename": sys.argv[1:], "format": "tsv"},
    output_args={"format": "null"},
    inspector=validator,
)
print(json.dumps({**counts, "errors": validator.get_errors().get("ERROR", {})}, default=str))
