"""The API for programs: one table of operations makes its addresses, checks and description.

`operations` has what they do, as functions that return plain values; `catalog` their table,
`handlers` their addresses, `openapi` their description.
"""
