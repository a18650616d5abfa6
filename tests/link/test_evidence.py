"""Links with their evidence: small cases by hand, and the real corpus against plain counting."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from scipy import stats

from made_pathways import pathway
from pfocr_kg import iris
from pfocr_kg.errors import DictionaryError, QueryError
from pfocr_kg.link.evidence import link
from pfocr_kg.link.facts import FigureFacts, figids_by_name, of_line, of_record, of_store, to_line
from pfocr_kg.link.link_report import LinkReport
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import (
    Entity,
    Evidence,
    Figure,
    Kind,
    MatchKind,
    Mention,
    Paper,
    Pathway,
)
from pfocr_kg.store.embedded import Embedded

CURATED, OVERLAP = Evidence.CURATED, Evidence.GENE_OVERLAP
PAPER, DISEASE = Evidence.SHARED_PAPER, Evidence.SHARED_DISEASE

MOUSE = "10090"
CANCER = Entity(Kind.DISEASE, iris.disease("162"), "DOID:162")


def figure(
    figid: str, genes: Iterable[int] = (), taxon: str = "9606", **more: object
) -> FigureFacts:
    mentions = tuple(GeneMention(str(g), taxon, f"term {g}", "ncbigene_symbol", 3) for g in genes)
    return FigureFacts(figid, mentions=mentions, **more)  # type: ignore[arg-type]


# Pathways that nobody draws: they make the universe large enough for small p-values.
REST = [pathway(1000 + n, range(1000 + 20 * n, 1020 + 20 * n)) for n in range(50)]


def links(
    figures: Iterable[FigureFacts], pathways: list[Pathway], **options: object
) -> dict[tuple[str, str], tuple[Evidence, ...]]:
    found = link(figures, [*pathways, *REST], LinkOptions(**options))  # type: ignore[arg-type]
    return {(one.figid, one.pathway.identifier): one.evidence for one in found}


class TestGeneOverlap:
    def test_a_link_with_its_numbers(self) -> None:
        (one,) = link([figure("f", [1, 2, 3, 7])], [pathway(1, [1, 2, 3, 4, 5]), *REST])
        assert (one.figid, one.pathway.iri) == ("f", "https://identifiers.org/wikipathways/WP1")
        assert one.evidence == (OVERLAP,)
        overlap = one.overlap
        assert overlap is not None
        assert [gene.identifier for gene in overlap.genes] == ["1", "2", "3"]
        assert overlap.jaccard == 3 / 6
        # Gene 7 is in no pathway: 3 of 1005 are drawn, 5 of them the pathway's.
        p = stats.hypergeom.sf(2, 1005, 5, 3)
        assert overlap.p_value == pytest.approx(p, rel=1e-12)
        assert overlap.adjusted_p_value == pytest.approx(51 * p, rel=1e-12)
        assert overlap.rank == 1

    @pytest.mark.parametrize(
        ("options", "linked"),
        [
            ({}, True),
            ({"min_shared": 4}, False),
            ({"alpha": 1e-9}, False),
            ({"best": 0}, False),
            ({"level": "symbol"}, True),
        ],
    )
    def test_thresholds(self, options: dict[str, object], linked: bool) -> None:
        found = links([figure("f", [1, 2, 3])], [pathway(1, [1, 2, 3, 4])], **options)
        assert bool(found) == linked

    @pytest.mark.parametrize(("levels", "level"), [(1, "unambiguous"), (2, "symbol")])
    def test_mentions_below_the_level_do_not_count(self, levels: int, level: str) -> None:
        facts = figure("f", [1, 2, 3])
        facts = replace(facts, mentions=tuple(m._replace(levels=levels) for m in facts.mentions))
        assert links([facts], [pathway(1, [1, 2, 3, 4])])
        assert not links([facts], [pathway(1, [1, 2, 3, 4])], level=level)

    def test_an_unknown_level_is_an_error(self) -> None:
        with pytest.raises(QueryError, match="there is no level 'direct'"):
            LinkOptions(level="direct")

    def test_organisms_meet_their_own_pathways_only(self) -> None:
        pathways = [pathway(1, [1, 2, 3, 4]), pathway(2, [1, 2, 3, 4], MOUSE)]
        pathways += [pathway(2000 + n, range(5000 + 9 * n, 5009 + 9 * n), MOUSE) for n in range(50)]
        found = links([figure("h", [1, 2, 3]), figure("m", [1, 2, 3], "10090")], pathways)
        assert set(found) == {("h", "WP1"), ("m", "WP2")}

    def test_an_organism_that_no_figure_has(self) -> None:
        report = LinkReport()
        found = link([figure("f", [1, 2, 3])], [pathway(1, [1, 2, 3], MOUSE)], report=report)
        assert list(found) == []
        assert (report.pathways, report.pairs_tested) == (1, 0)

    def test_a_place_counts_pathways_that_are_no_links(self) -> None:
        """The curated pathway shares one gene only; its place is behind the two better ones."""
        sets = [pathway(1, [1, 2, 3, 4]), pathway(2, [1, 2, 3, 5]), pathway(3, [1, *range(50, 90)])]
        found = link([figure("f", [1, 2, 3], wpids=("WP3",))], [*sets, *REST])
        ranks = {one.pathway.identifier: one.overlap and one.overlap.rank for one in found}
        assert ranks == {"WP1": 1, "WP2": 1, "WP3": 3}


class TestStatedEvidence:
    def test_the_record_names_the_pathway(self) -> None:
        assert links([figure("f", wpids=("WP1",))], [pathway(1)]) == {("f", "WP1"): (CURATED,)}

    def test_a_named_pathway_that_was_not_read(self) -> None:
        found = links([figure("f", wpids=("WP99",))], [pathway(1)])
        assert found == {("f", "WP99"): (CURATED,)}

    def test_the_description_names_the_figure(self) -> None:
        named = replace(pathway(1), figids=("f", "unknown"))
        assert links([figure("f"), figure("g")], [named]) == {("f", "WP1"): (CURATED,)}

    @pytest.mark.parametrize(
        ("known", "facts"),
        [
            ({"dois": ("10.1000/a",)}, {"dois": ("10.1000/a",)}),
            ({"citing_dois": ("10.1000/a",)}, {"dois": ("10.1000/a",)}),
            ({"pmcids": ("PMC5",)}, {"pmcid": "PMC5"}),
            ({"citing_pmcids": ("PMC5",)}, {"pmcid": "PMC5"}),
        ],
    )
    def test_a_shared_paper(self, known: dict[str, object], facts: dict[str, object]) -> None:
        cited = replace(pathway(1), **known)  # type: ignore[arg-type]
        assert links([figure("f", **facts)], [cited]) == {("f", "WP1"): (PAPER,)}
        assert links([figure("f", pmcid="PMC6", dois=("10.1000/b",))], [cited]) == {}

    @pytest.mark.parametrize("packed", [False, True])
    def test_a_shared_paper_by_pubmed_id(self, tmp_path: Path, packed: bool) -> None:
        path = tmp_path / "PMC-ids.csv"
        text = (
            "Journal Title,ISSN,eISSN,Year,Volume,Issue,Page,DOI,PMCID,PMID,Manuscript Id,Release\n"
            '"J, of X",1,2,2001,1,1,1,10.1000/A,PMC5,77,,live\n'
            "J,1,2,2001,1,1,1,10.1000/B,PMC6,78,,live\nJ,short\n"
        )
        path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        by_pubmed = replace(pathway(1), pubmed=("77",))
        by_doi = replace(pathway(2), dois=("10.1000/b",))
        facts = [figure("f", pmcid="PMC5"), figure("g", pmcid="PMC6"), figure("h", pmcid="PMC7")]
        found = link(facts, [by_pubmed, by_doi], pmc_ids=path)
        assert [(one.figid, one.pathway.identifier, one.evidence) for one in found] == [
            ("f", "WP1", (PAPER,)),
            ("g", "WP2", (PAPER,)),
        ]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (None, "cannot be read"),
            (b"a,b\n1,2\n", "lacks the columns"),
            (b"DOI,PMCID,PMID\n\xff\xff\n", "not CSV"),
            (b"\x1f\x8b\x08broken", "cannot be read"),
        ],
    )
    def test_a_broken_list_of_ids(self, tmp_path: Path, content: bytes | None, said: str) -> None:
        path = tmp_path / "PMC-ids.csv"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DictionaryError, match=said):
            list(link([figure("f")], [pathway(1)], pmc_ids=path))

    def test_a_shared_disease_makes_no_link_alone(self) -> None:
        sick = replace(pathway(1, [1, 2, 3, 4]), diseases=(CANCER,))
        facts = figure("f", [1, 2], diseases=(CANCER.iri,))
        assert links([facts], [sick]) == {}
        stated = replace(facts, wpids=("WP1",))
        assert links([stated], [sick]) == {("f", "WP1"): (CURATED, DISEASE)}
        assert links([replace(stated, diseases=())], [sick]) == {("f", "WP1"): (CURATED,)}
        drawn = figure("f", [1, 2, 3], diseases=(CANCER.iri,))
        assert links([drawn], [sick]) == {("f", "WP1"): (OVERLAP, DISEASE)}


def test_one_link_carries_all_evidence() -> None:
    everything = replace(
        pathway(1, [1, 2, 3, 4]), figids=("f",), dois=("10.1000/a",), diseases=(CANCER,)
    )
    facts = figure("f", [1, 2, 3], dois=("10.1000/a",), diseases=(CANCER.iri,), wpids=("WP1",))
    assert links([facts], [everything]) == {("f", "WP1"): (CURATED, OVERLAP, PAPER, DISEASE)}


def test_order_and_report() -> None:
    sets = [pathway(10, [1, 2, 3, 4]), pathway(9, [1, 2, 3, 5])]
    facts = [figure("b", [1, 2, 3], wpids=("WP8",)), figure("a", [1, 2, 3]), figure("c")]
    report = LinkReport()
    found = list(link(facts, [*sets, *REST], report=report))
    assert [(one.figid, one.pathway.identifier) for one in found] == [
        ("b", "WP8"),
        ("b", "WP9"),
        ("b", "WP10"),
        ("a", "WP9"),
        ("a", "WP10"),
    ]
    assert report.as_dict() == {
        "pathways": 52,
        "pairs_tested": 104,
        "pairs_tested_by_symbol": 0,
        "links": 5,
        "pathways_linked": 3,
        "links_by_evidence": {"CuratedEvidence": 1, "GeneOverlapEvidence": 4},
        "figures_without_link": 1,
        "figures_with_doubtful_genes": 0,
        "pathways_without_gene_ids": [],
        "unused_pubmed_ids": 0,
        "options": {
            "min_shared": 3,
            "min_words": 2,
            "alpha": 0.01,
            "best": 10,
            "level": "any",
        },
        "quarantined": 0,
    }


def test_no_figures_and_no_pathways() -> None:
    assert list(link([], [])) == []
    assert list(link([figure("f", [1])], [])) == []
    assert list(link([], [pathway(1, [1])])) == []


class TestFacts:
    def test_of_a_record(self) -> None:
        gene = Entity(Kind.GENE, iris.gene("7"), "7", "9606")
        record = Figure(
            "f",
            Paper("PMC1", doi="10.1000/A"),
            diseases=(CANCER,),
            mentions=(Mention(gene, "w", "m", "lex"), Mention(CANCER, "c", "c", "")),
            pathways=(Entity(Kind.PATHWAY, iris.pathway("WP1"), "WP1"),),
        )
        assert of_record(record) == FigureFacts(
            "f",
            "PMC1",
            ("10.1000/a",),
            (GeneMention("7", "9606", "m", "lex"),),
            (CANCER.iri,),
            ("WP1",),
        )

    @pytest.mark.parametrize(
        ("kind", "meanings", "candidates", "levels"),
        [
            (MatchKind.SYMBOL, 2, 1, 1),
            (MatchKind.SYMBOL, 1, 1, 3),
            (MatchKind.SYNONYM, 1, 1, 2),
            (MatchKind.SYNONYM, 1, 2, 0),
            (MatchKind.FAMILY, 2, 1, 0),
            (MatchKind.KEYWORD, 0, 1, 0),
            (None, 0, 1, 0),
        ],
    )
    def test_levels_of_a_mention(
        self, kind: MatchKind | None, meanings: int, candidates: int, levels: int
    ) -> None:
        gene = Entity(Kind.GENE, iris.gene("7"), "7", "9606")
        mention = Mention(gene, "w", "m", "lex", candidates, match_kind=kind, meanings=meanings)
        (of_figure,) = of_record(Figure("f", Paper("PMC1"), mentions=(mention,))).mentions
        assert of_figure.levels == levels

    def test_only_diseases_that_a_figure_names(self) -> None:
        record = Figure("f", Paper("PMC1"), disease_keywords=(CANCER,))
        assert of_record(record).diseases == ()

    def test_a_store_asked_by_sparql_gives_what_the_build_saved(self, built_sample: Path) -> None:
        with Embedded(built_sample) as store:
            lines = store.facts()
            assert lines is not None
            saved = {one.figid: one for one in map(of_line, lines)}
            asked = {one.figid: one for one in of_store(store)}
        assert saved.keys() == asked.keys()
        for figid, one in saved.items():
            assert set(one.mentions) == set(asked[figid].mentions)
            assert set(one.diseases) == set(asked[figid].diseases)
            assert one.texts == asked[figid].texts
            assert one.paper_titles == asked[figid].paper_titles
            assert set(one.paper_organisms) == set(asked[figid].paper_organisms)
        found = {mention.levels for one in saved.values() for mention in one.mentions}
        assert found == {0, 1, 2, 3}

    def test_of_a_store_as_the_files_say(self, built_sample: Path, sample: Path) -> None:
        with Embedded(built_sample) as store:
            facts = {one.figid: one for one in of_store(store)}
            known = figids_by_name(store, [*facts, "PMC0__no-figure"])
        assert [of_line(to_line(one)) for one in facts.values()] == list(facts.values())
        assert set(facts) == {path.stem for path in (sample / "_figures").glob("*.md")}
        assert list(facts) == sorted(facts)
        assert known == {figid: figid for figid in facts}
        for table in (sample / "_data").glob("*-genes.tsv"):
            figid = table.name.removesuffix("-genes.tsv")
            with table.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
            assert {
                (h.gene, h.organism, h.matched_term, h.lexicon) for h in facts[figid].mentions
            } == {(r["ncbigene_id"], r["organism_id"], r["match"], r["source"]) for r in rows}
        seed = facts["PMC3614012__nihms379615f2"]
        assert len(seed.mentions) == 21
        assert seed.diseases == (CANCER.iri,)
        assert seed.pmcid == "PMC3614012"
