"""The documentation site, which `make site` builds from the pages where they lie."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

with (ROOT / "pyproject.toml").open("rb") as file:
    _PROJECT = tomllib.load(file)["project"]

project = "pfocr-kg"
author = _PROJECT["authors"][0]["name"]
copyright = f"{author}. Code: Apache-2.0. Data: CC0 1.0, names and genes of diseases CC BY 4.0"  # noqa: A001  # the name that Sphinx gives it
version = release = _PROJECT["version"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_design",
    "tools.site.api",
    "tools.site.commands",
    "tools.site.python",
    "tools.site.queries",
    "tools.site.terms",
    "tools.site.notebooks",
]
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
nb_execution_mode = "off"  # notebooks show what tools/run_notebook.py stored

default_role = "literal"  # docstrings write names as `name`
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 70

html_theme = "pydata_sphinx_theme"
html_title = "pfocr-kg"
html_logo = html_favicon = "../src/pfocr_kg/serve/pages/static/mark.svg"
html_static_path = ["_static"]
html_search_scorer = str(ROOT / "docs" / "search_scorer.js")  # Sphinx reads it from where it runs
html_css_files = ["site.css", "reference.css", "notebooks.css"]
html_extra_path = ["root"]  # beside docs: a way to its first page, and the page for 404
html_context = {"default_mode": "auto"}
html_sidebars = {root_doc: []}
html_theme_options = {
    "logo": {"text": "pfocr-kg", "alt_text": ""},
    "navbar_align": "left",
    "search_bar_text": "Search these pages",
    "search_as_you_type": True,
    "show_toc_level": 2,
    "secondary_sidebar_items": {"**": ["page-toc"], root_doc: []},
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_show_sourcelink = False
html_copy_source = False
# Pages show commands with what they print, which no highlighter takes for a session of a shell.
suppress_warnings = ["misc.highlighting_failure"]
