"""Builds a store from sources.

`run` has the steps: find the records (`corpus`), map and load them (`worker`, `draft`) or only what
has changed (`incremental`), link, publish, and report. The same worker maps records on a cluster
(`parts`). Imports `link` and the packages above it in docs/architecture.md.
"""
