"""Writes a graph to files: RDF, gene sets, tables, KGX, nanopublications, and whole releases.

Imports `link` and what stands above it.
"""
