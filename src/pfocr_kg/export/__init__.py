"""Writes a graph to files: RDF, gene sets, tables, KGX, nanopublications, and whole releases.

`registry` lists the formats and the parts of a release. Imports `link` and the packages above it in
docs/architecture.md.
"""
