"""Asks a graph: bundled queries with their parameters, results, hints, counts and validation.

Works on any store that answers SPARQL. Imports `store` and what stands above it.
"""
