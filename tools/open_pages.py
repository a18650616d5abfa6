"""Opens each kind of page of a server that is started from an installed command.

    python tools/open_pages.py COMMAND STORE

Only the standard library is used, so that it runs beside an installed wheel. Fails if a page, a
style or a script that a page names is not answered with 200, or is elsewhere.
"""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import urljoin
from urllib.request import Request, urlopen

PAGES = (
    *("/", "/search?q=signaling", "/genes/7157", "/queries", "/queries/figures-of-gene?gene=TNF"),
    *("/query", "/enrich", "/network?gene=TNF", "/about", "/sparql", "/.well-known/void"),
    *("/api/find?text=TNF", "/openapi.json"),
)


class Links(HTMLParser):
    """The files that a page loads, and its first figure."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.figures: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep what the tag names."""
        given = dict(attributes)
        if tag in ("script", "img", "source"):
            self.files.append(given.get("src") or "")
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon", "modulepreload"):
            self.files.append(given.get("href") or "")
        elif tag == "a" and re.fullmatch(r"/figures/[^/?#]+", given.get("href") or ""):
            self.figures.append(given["href"] or "")


def open_page(address: str) -> Links:
    """The links of a page, which has to be there."""
    links = Links()
    with urlopen(Request(address, headers={"Accept": "text/html, */*;q=0.1"}), timeout=60) as page:
        text = page.read().decode()
        if "html" in page.headers["content-type"]:
            links.feed(text)
    return links


def main(command: str, store: str) -> None:
    """Open all pages."""
    serve = [command, "serve", "--store", store, "--port", "0"]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            base = server.stderr.readline().removeprefix("serving at ").strip()
            files: set[str] = set()
            figures: list[str] = []
            for path in PAGES:
                links = open_page(urljoin(base, path))
                files |= set(filter(None, links.files))
                figures += links.figures
            files |= set(open_page(urljoin(base, figures[0])).files)
            for file in sorted(filter(None, files)):
                assert urljoin(base, file).startswith(base), file
                urlopen(urljoin(base, file), timeout=60).close()
            print(f"{len(PAGES) + 1} pages and {len(files)} files of theirs were answered")
        finally:
            server.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
