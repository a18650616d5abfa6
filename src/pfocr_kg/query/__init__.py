"""Asks a graph: bundled queries with their parameters, results, hints, counts and validation.

Works on any store that answers SPARQL. Imports `store` and the packages above it in
docs/architecture.md.
"""
