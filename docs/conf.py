"""The documentation site: `make site` builds it. Its pages are those of the checkout, where they lie."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

with (ROOT / "pyproject.toml").open("rb") as file:
    _PROJECT = tomllib.load(file)["project"]

project = "pfocr-kg"
author = copyright = _PROJECT["authors"][0]["name"]  # noqa: A001  # the name that Sphinx gives it
version = release = _PROJECT["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_design"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "docs/**.ipynb", "*.md", "decisions/*.md", "**/README.md"]
exclude_patterns = [
    "README.md",
    "**/node_modules",
    "tests/data/sample",
    "build",
    "dist",
    ".*",
    "demo",
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4  # as GitHub makes them

html_theme = "pydata_sphinx_theme"
html_title = "pfocr-kg"
html_theme_options = {"show_toc_level": 2, "secondary_sidebar_items": ["page-toc"]}
html_show_sourcelink = False
# Pages show commands with what they print, which no highlighter takes for a session of a shell.
suppress_warnings = ["misc.highlighting_failure"]


def setup(app: Sphinx) -> None:
    """Lead from the root of the site to its first page."""
    app.connect("build-finished", _write_root)


def _write_root(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        page = '<!doctype html><meta http-equiv="refresh" content="0; url=docs/index.html">\n'
        (app.outdir / "index.html").write_text(page, encoding="utf-8")
