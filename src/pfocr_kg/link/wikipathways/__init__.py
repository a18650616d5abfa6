"""Reads WikiPathways: its database, GMT files, RDF, or a SPARQL endpoint.

`readers` chooses the reader that fits a source; each gives `Pathway` records. Imports what
`link` imports, and nothing of `link` itself.
"""

from pfocr_kg.link.wikipathways.readers import read, read_all

__all__ = ["read", "read_all"]
