"""Makes networks of genes, figures and diseases, analyses and draws them.

`kinds.network` makes one, `writers.write` writes it to a file. Imports `store`, `rdf` and the
packages above them in docs/architecture.md.
"""
