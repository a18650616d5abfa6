"""Pages of figures, genes, diseases, chemicals, organisms, pathways and papers, and their data.

`addressed` tells which thing an address means, `forms` writes its data for programs, `parts` makes
the tables of a page; a module for each kind adds what only that kind has, and `page` joins them.
"""
