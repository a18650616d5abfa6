"""Which score puts the right pathway first: a trial of several on figures whose pathway is known.

    python -m bench.link_trial DATA [--seed 3] [--seeds 5] [--sets "named;all"] [--json FILE]
    python -m bench.link_trial.risk DATA
    python -m bench.link_trial.texts DATA

DATA holds `wikipathways-database`, `pfocr-covid`, `pfocr-verbatim`, `hgnc_symbols.tsv` and the
GMT file of 2020. Figures are made by sampling and spoiling the gene sets of human pathways: some
of a pathway's words are dropped, families are drawn by one word (as the gene tables of real
figures expand them), and words of other real figures, or of a related pathway, are mixed in. Added
are older versions of pathways, and a few real figures whose title names a pathway's subject. Each
score ranks all pathways for each figure. Printed are, for each score and set, the share of figures
whose pathway is first without a tie, its standard error over the seeds, and the mean reciprocal
rank; then the differences of the shares to that of the package's score. The second command looks
at the pathways that curators drew from figures, one by one.

The sets of figures:

- named: the pathways whose description names the figure that they were drawn from. 20 to 70 % of
  the words dropped, 10 to 60 noise words for 100. Hard: 45 to 85 % dropped, 60 to 160 noise words.
  Families: drawn by one word wherever possible. Related: noise from a pathway that shares genes.
- drawn: pathways whose description names a figure of a paper at PubMed Central by its number.
- all: 200 recent and 300 other pathways. Small: pathways of 4 to 8 genes, mostly noise.
- organisms: words give genes of other organisms too, as often as in a real table that mixes them.
  Mouse and rat: every word gives the genes of both as well.
- 2020: gene sets of the GMT file of 2020 as figures of today's pathway of the same number.
- judged: real figures whose pathways were judged by reading; `judged.tsv`, described below.
- images: the words read off the images that WikiPathways published of its pathways in 2018.
- titles: real figures with a pathway of the same subject, by their titles. The pathways were not
  drawn from these figures, so no score can be expected to find them all.

`judged.tsv` lists all figures of `pfocr-covid` and `pfocr-verbatim`, with the WP numbers of the
pathways that are right and plausible for each. They were judged by reading: the title, caption,
paper title and gene table of the figure, and the titles, descriptions and data nodes of the
pathways, but not the links that this package makes.

- right: the subject of the figure is the subject of the pathway. A figure of one branch belongs to
  the pathway of the whole where no pathway is of that branch. Another virus that starts the same
  events makes no difference where the figure draws all of them.
- plausible: the same subject in another context (disease, drug, organism), a part of it, or its
  neighbour. This list is not complete; pathways that the right ones were copied to in other
  organisms, for one, are not in it.
- A figure with neither (life cycles of viruses, networks of proteins, pedigrees) has no pathway.

What was chosen, and why: decisions/0010-scoring-links.md.
"""
