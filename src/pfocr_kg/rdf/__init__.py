"""Turns records into triples, and writes triples in the formats of RDF.

The JSON-LD context says what each key of a record means; `ntriples` writes that out fast and
`reference` through PyLD. Imports `records` and the packages above it in docs/architecture.md.
"""
