"""Links figures to WikiPathways pathways, with the evidence for each link.

Reads WikiPathways in its several forms, counts shared genes, and ranks pathways; tests gene lists
with the same statistics. Imports `query` and the packages above it in docs/architecture.md.
"""
