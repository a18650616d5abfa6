"""Reads WikiPathways: its database, GMT files, RDF, or a SPARQL endpoint.

`pathway_sources` chooses the reader that fits a source; each reader returns `Pathway` objects.
Imports what `link` imports, and nothing else of `link`.
"""

from pfocr_kg.link.wikipathways.pathway_sources import read, read_all

__all__ = ["read", "read_all"]
