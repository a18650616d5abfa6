"""Keeps a graph: in a folder on this machine (Oxigraph), or at a SPARQL endpoint.

The only package that opens stores. It publishes a new generation of a folder with one rename, and
keeps the manifest that incremental builds need. Imports `rdf` and the packages above it in
docs/architecture.md.
"""
