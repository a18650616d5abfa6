"""Signatures of classes as users need them, for the page of all names of the library."""

from __future__ import annotations

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Change what autodoc found."""
    app.connect("autodoc-process-signature", _public)
    return {"parallel_read_safe": True}


def _public(*found: object) -> tuple[str, object] | None:
    """Leave out private fields of a dataclass, which come last, and how a default is made."""
    _, what, _, _, _, signature, returns = found
    if what != "class" or not isinstance(signature, str):
        return None
    fields, private, _ = signature.partition(", _")
    return (fields + ")" if private else signature).replace("<factory>", "..."), returns
