"""Which score puts the right pathway first: a trial of several on figures whose pathway is known.

    python -m bench.link_trial DATA [--seed 3] [--seeds 5] [--sets "named;all"] [--json FILE]
    python -m bench.link_trial.risk DATA

DATA holds `wikipathways-database`, `pfocr-covid`, `pfocr-verbatim`, `hgnc_symbols.tsv` and the
GMT file of 2020. Figures are made by sampling and spoiling the gene sets of human pathways: some
of a pathway's words are dropped, families are drawn by one word (as the gene tables of real
figures expand them), and words of other real figures, or of a related pathway, are mixed in. Added
are older versions of pathways, and a few real figures whose title names a pathway's subject. Each
score ranks all pathways for each figure. Printed are, for each score and set, the share of figures
whose pathway is first without a tie, its standard error over the seeds, and the mean reciprocal
rank; then the differences of the shares to that of the package's score. The second command looks
at the pathways that curators drew from figures, one by one.

What the sets are, and what was chosen: decisions/0010-scoring-links.md.
"""
