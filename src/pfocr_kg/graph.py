"""The library's main class: open a built graph, query it, write it to files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import FunctionType, TracebackType
from typing import IO, TYPE_CHECKING, Any, Unpack

from pfocr_kg.build import run
from pfocr_kg.build.report import Progress, Report
from pfocr_kg.errors import Limit, QueryError, StoreError, checked
from pfocr_kg.export import gmt, gpml, kgx, parquet, sorted_rdf
from pfocr_kg.export.registry import ExportFormat
from pfocr_kg.link.rules import WikiPathways
from pfocr_kg.model import Level
from pfocr_kg.names import finding, search
from pfocr_kg.names.finding import FOUND
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.search import SearchOptions
from pfocr_kg.network.choices import NetworkChoices
from pfocr_kg.query import bundled, execution, figure_choice, hints, stats
from pfocr_kg.query.about import showing
from pfocr_kg.query.about.showing import About
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.candidates import candidates
from pfocr_kg.query.figure_choice import FigureChoice, FigureConditions
from pfocr_kg.query.parameters import ParameterValue
from pfocr_kg.query.results import Records, Result, Row, Triples
from pfocr_kg.rdf import compressed, description, formats
from pfocr_kg.remote.destination import EndpointOptions
from pfocr_kg.store import generations
from pfocr_kg.store.answers import understood
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.subset import Store, Subset

if TYPE_CHECKING:
    import networkx
    import rdflib

    from pfocr_kg.link.enrichment import Enrichment
    from pfocr_kg.query.validation import Conformance
    from pfocr_kg.remote.push import PushResult
    from pfocr_kg.store.endpoint import Remote


@understood(lambda graph: getattr(graph._opened, "url", ""))
class Graph:
    """A built graph, opened for reading: a store's folder, or the URL of a SPARQL endpoint.

    A build that replaces the graph of a folder does not change the opened graph; open the store
    again to see the new one. Use it as a context manager, or `close` it.

    Raises:
        StoreError: there is no store at the place, or it cannot be opened.

    >>> with pfocr_kg.open("sample-store") as graph:
    ...     len(graph)
    17648
    """

    def __init__(self, store: str | Path) -> None:
        self._place = str(store)
        self._folder = None if generations.is_address(store) else Path(store)
        self._opened: Store | None = (
            _remote(str(store)) if self._folder is None else Embedded(self._folder)
        )

    def subset(
        self,
        *,
        on_note: Callable[[str], None] = lambda _: None,
        **conditions: Unpack[FigureConditions],
    ) -> Graph:
        """The graph of some figures, with their papers, mentions and links, and what they draw.

        It is a copy in a temporary folder, which is removed when it is closed; use it as a context
        manager. Conditions, by keyword; all that are given hold:

        - `figures`: the lines of a list of figids, aliases, file names or IRIs.
        - `search`: words and quoted phrases, all of which a figure has, as `search` finds them.
        - `organism`: figures of this organism (a name or NCBI taxon).
        - `gene`, `chemical` (a name or id): figures that draw it.
        - `disease` (a name or id): figures that name it, or with `disease_from` "keywords" those
          whose genes are known for it.
        - `pathway` (its title or id): figures that belong to it.

        `on_note` is called with what each name was taken for, and with the lines of the list that
        name no figure.

        Raises:
            QueryError: there is no condition, a name is unknown or can mean several things, or no
                figure meets all conditions.

        >>> with graph.subset(disease="psoriasis", on_note=print) as psoriasis:
        ...     psoriasis.stats()["classes"]["pfocr:PathwayFigure"]
        psoriasis: psoriasis, disease DOID:8893
        1
        """
        choice = FigureChoice(**conditions)
        if not choice:
            raise QueryError("a subset needs a condition for its figures")
        chosen = figure_choice.choose(self._store, choice, on_note)
        subset = Graph.__new__(Graph)
        subset._folder, subset._place = None, f"the subset of {self._place}"
        subset._opened = Subset(self._store, chosen.figures, chosen.about)
        return subset

    def __enter__(self) -> Graph:
        _ = self._store
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; all other methods then raise StoreError.

        >>> opened = pfocr_kg.open("sample-store")
        >>> opened.close()
        >>> len(opened)
        Traceback (most recent call last):
            ...
        pfocr_kg.errors.StoreError: sample-store: was closed. Open it again
        """
        if self._opened is not None:
            self._opened.close()
        self._opened = None

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise StoreError(f"{self._place}: was closed", hint="Open it again")
        return self._opened

    def __len__(self) -> int:
        """Number of triples."""
        return len(self._store)

    def query(
        self,
        what: str | Path | bundled.Query,
        /,
        *,
        level: str = Level.ANY,
        example: bool = False,
        organism_of_names: str = "",
        on_note: Callable[[str], None] = lambda _: None,
        **parameters: ParameterValue | Sequence[ParameterValue],
    ) -> Result:
        """Answer a bundled query (by name), a query file (a `Path`), or SPARQL text.

        Parameters are bound to terms of their declared types; a list binds several. Genes,
        diseases and so on are given by any name, and `on_note` is called with a line for each that
        says what it was taken for; `organism_of_names` is that of the genes and pathways. With
        `example`, those that are needed and not given have the values of the query's header. With a
        `level` other than "any", each `pfocr:gene` of the query is read as the property of the
        level: "symbol" counts genes read by their symbol, "unambiguous" genes read from a word
        that can mean nothing else. The answer is `Rows` for SELECT, `Triples` for CONSTRUCT and
        DESCRIBE, `Answer` for ASK.

        Raises:
            QueryError: the query is unknown, does not parse, lacks a parameter or has a wrong one,
                nothing is called as a value is or several things are, or it does not ask for
                `pfocr:gene` and so has no levels.

        >>> for row in graph.query("figures-of-gene", gene="tnf", on_note=print).only(limit=1):
        ...     print(row.year, row.figure, row.matchKinds)
        tnf: TNF, human gene 7124
        2016 https://pfocr.wikipathways.org/figures/PMC5068231__JEM_20160027_Fig7.html symbol
        >>> bool(graph.query("ASK { ?gene a pfocr:Gene }"))
        True
        """
        return execution.run(
            self._store,
            bundled.resolve(what),
            parameters,
            Level(level),
            example=example,
            organism=organism_of_names,
            on_note=on_note,
        )

    def find(
        self,
        text: str,
        *,
        kind: str | Collection[str] = (),
        organism: str = "",
        limit: Limit | None = 20,
        on_note: Callable[[str], None] = lambda _: None,
    ) -> Records:
        """Find what is called so: genes, diseases, chemicals, organisms, pathways, papers, figures.

        The best come first; then what has the words of the text in a name. `kind` is one of these
        kinds, or several, in the singular; with an `organism`, genes and pathways of others are
        left out. `on_note` is called with what the organism was taken for, and with what is near if
        nothing is called so.

        Raises:
            QueryError: the text has no letters and no numbers, or the kind or organism is unknown.

        >>> for row in graph.find("tnf alpha", kind="gene"):
        ...     print(row.label, row.iri, row.how)
        TNF https://identifiers.org/ncbigene/7124 alias
        """
        kinds = [NamedKind(name) for name in ([kind] if isinstance(kind, str) else kind)]
        found = finding.find(
            self._store, text, kinds, organism=organism, limit=limit, on_note=on_note
        )
        return Records(Row((name, str(getattr(match, name))) for name in FOUND) for match in found)

    def search(self, words: str = "", **options: Unpack[SearchOptions]) -> Records:
        """Search figures by words of their texts, and by what they draw.

        Words are sought in title, caption, title of the paper, keywords and names of what is
        drawn; all have to be there, and "quoted words" one beside the other. By keyword, all
        optional:

        - `gene`, `disease`, `chemical`, `organism`: a name or id, or several, all to be there;
          `level`: the genes that count, "symbol", "unambiguous" or "any".
        - `journal`; `since` and `until`, years; `no_pathway`: only figures without a pathway.
        - `sort`: "relevance", "year" or "score"; `limit` (20): the first so many, None for all.
        - `on_note` is called with what each name was taken for, and with hints.

        `total` of the answer is the number of all figures that were found.

        Raises:
            QueryError: there is nothing to search for, nothing is called so, several things are,
                or an option has no such value.

        >>> found = graph.search(gene=["tnf", "Il-6"], since=2018)
        >>> found.total, found[0].figure
        (2, 'PMC12003952__research.0675.fig.001')
        """
        found = search.search(self._store, words, **options)
        return Records((Row(asdict(hit)) for hit in found.hits), found.total)

    def candidates(
        self,
        topic: str = "",
        pathway: str | None = None,
        *,
        on_note: Callable[[str], None] = lambda _: None,
    ) -> Records:
        """Figures most worth a pathway of their own, or those that add most to a pathway.

        Of a `topic`, only figures that `search` finds for its words count. The rows are those of
        the queries "candidates" and "candidates-for-pathway", with a reason for each. `on_note`
        is called with what the pathway's name was taken for, and with hints.

        Raises:
            QueryError: topic and pathway are given, the topic has no letters and no numbers,
                nothing or several things are called as the pathway is, or the graph is not linked.

        >>> best = graph.candidates(pathway="WP4880")[0]
        >>> best.points, best.reason
        (22, 'adds 20 genes, shares 10')
        """
        return candidates(self._store, topic, pathway, on_note=on_note)

    def hints(
        self,
        what: str | Path | Query,
        /,
        *,
        level: str = Level.ANY,
        organism_of_names: str = "",
        **parameters: ParameterValue | Sequence[ParameterValue],
    ) -> list[str]:
        """Reasons why a query asked in this way has no rows, one line each.

        They name a level or a minimum that leaves rows out, and pathways without links.

        Raises:
            QueryError: the query is unknown, or has a wrong parameter.

        >>> graph.hints("genes-drawn-with-gene", gene="tnf", minimum=100)
        ['none with so high a minimum; 157 with minimum=1']
        """
        query = bundled.resolve(what)
        found = hints.reasons(self._store, query, parameters, Level(level), organism_of_names)
        return list(found)

    def show(
        self,
        name: str,
        *,
        kind: str | None = None,
        organism: str = "",
        level: str = Level.ANY,
        limit: Limit | None = showing.LIMIT,
        on_note: Callable[[str], None] = lambda _: None,
    ) -> About:
        """What the graph knows of one thing, given by a name, id, IRI or CURIE.

        `kind` ("gene", "disease", "chemical", "organism", "pathway", "paper", "figure") and
        `organism` choose among things of the same name; `on_note` is told what the name was taken
        for. Genes below the level do not count. Each list has its first `limit` rows, all if that
        is None.

        Raises:
            QueryError: nothing, or several things alike, are called so, or the kind, organism or
                level is unknown.

        >>> graph.show("irf-3", on_note=print)["figures_by_level"]
        irf-3: IRF3, human gene 3661
        {'symbol': 6, 'unambiguous': 6, 'any': 6}
        """
        names, match = showing.resolved(self._store, name, kind, organism, on_note)
        return showing.show(self._store, names, match, Level(level), limit)

    def triples_of(
        self,
        name: str,
        *,
        kind: str | None = None,
        organism: str = "",
        on_note: Callable[[str], None] = lambda _: None,
    ) -> Triples:
        """The triples of one thing; of a figure with its paper, mentions, entities and links.

        Raises:
            QueryError: as `show`.

        >>> with open("irf3.ttl", "wb") as file:
        ...     graph.triples_of("IRF3").write(file, "turtle")
        """
        _, match = showing.resolved(self._store, name, kind, organism, on_note)
        return showing.triples(self._store, match)

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The same store as an rdflib Dataset, for reading.

        >>> from rdflib import RDFS, URIRef
        >>> str(graph.rdflib.value(URIRef("https://identifiers.org/ncbigene/7124"), RDFS.label))
        'TNF'
        """
        return self._store.dataset()

    def export(self, output: str | Path, form: str | None = None, *, jobs: int = 1) -> None:
        """Write the graph to a file, in the named format or that of the file's ending.

        Endings .gz and .zst compress. `jobs` is the number of processes (a script that asks for
        more than one needs the usual `if __name__ == "__main__":`).

        Raises:
            FormatError: the format is unknown.
            PfocrError: the file cannot be written.

        >>> graph.export("pfocr.ttl.gz")
        """
        path = Path(output)
        chosen = formats.rdf_format(form, path)
        with compressed.writing(path) as file:
            self.write(file, chosen, path.parent, jobs=jobs)

    def write(
        self,
        output: IO[bytes],
        form: str = "turtle",
        workspace: Path | None = None,
        *,
        jobs: int = 1,
    ) -> None:
        """Write the graph to an open file, like `export`.

        `workspace` is a folder for temporary files of sorting.

        >>> with open("pfocr.nt", "wb") as file:
        ...     graph.write(file, "ntriples")
        """
        sorted_rdf.write(self._store, output, formats.rdf_format(form, None), workspace, jobs=jobs)

    def write_as(self, form: ExportFormat, output: IO[bytes] | Path, **options: Any) -> Any:
        """Write any of `export.registry.EXPORTS`, with the options of that format.

        `output` is an open file; for a format of several files it is a folder. Returns what the
        writer of the format returns: the number of things written.

        >>> from pfocr_kg.export.registry import EXPORTS
        >>> with open("sets.gmt", "wb") as file:
        ...     graph.write_as(EXPORTS["gmt"], file, min_size=10)
        22
        """
        return form.write(self._store, output, **options)

    def write_gmt(self, output: IO[bytes], **options: Unpack[gmt.GmtOptions]) -> int:
        """Write figures as gene sets (GMT); returns how many were written.

        By keyword, all optional: `organism` leaves out genes of all others, `level` ("symbol",
        "unambiguous", "any") those below it; then figures with fewer than `min_size` (3) genes are
        left out. Genes are NCBI gene ids, or with `symbols` their labels.

        Raises:
            QueryError: the organism or level is unknown, or `min_size` is below 1.

        >>> with open("human.gmt", "wb") as file:
        ...     graph.write_gmt(file, organism="human", level="symbol")
        19
        """
        return gmt.write(self._store, output, **options)

    def write_parquet(self, folder: str | Path, *, level: str = Level.ANY) -> dict[str, int]:
        """Write the graph as one Parquet file per table; returns the number of rows of each table.

        Genes of figures below the level are left out, with their mentions.

        Raises:
            PfocrError: pyarrow is missing (the extra "formats"), or a file cannot be written.
            QueryError: the level is unknown.

        >>> graph.write_parquet("tables")["figures"]
        34
        """
        return parquet.write(self._store, Path(folder), level=level)

    def write_kgx(self, folder: str | Path, *, level: str = Level.ANY) -> dict[str, int]:
        """Write KGX tables of nodes and edges, in terms of the Biolink Model; returns counts.

        Genes below the level have no edge from a figure.

        Raises:
            PfocrError: a file cannot be written.
            QueryError: the level is unknown.

        >>> graph.write_kgx("kgx")
        {'nodes': 864, 'edges': 2170}
        """
        return kgx.write(self._store, Path(folder), level=level)

    def write_nanopubs(self, output: IO[bytes], *, level: str = Level.ANY) -> int:
        """Write a nanopublication for each figure and gene, and for each link, in TriG.

        They have trusty IRIs and are not signed. Genes below the level are left out. Returns how
        many were written.

        Raises:
            PfocrError: the nanopub package is missing (the extra "formats").
            QueryError: the level is unknown.

        >>> with graph.subset(gene="TLR4") as figures, open("tlr4.trig", "wb") as file:
        ...     figures.write_nanopubs(file, level="symbol")
        39
        """
        # Imported on use, for rdflib.
        from pfocr_kg.export import nanopubs  # noqa: PLC0415

        return nanopubs.write(self._store, output, level=level)

    def write_gpml(self, output: IO[bytes], **options: Unpack[gpml.GpmlOptions]) -> int:
        """Write a sketch of a figure or pathway for PathVisio (GPML); returns its number of nodes.

        By keyword: `figure` or `pathway`, a name or id; `level` ("symbol", "unambiguous", "any")
        leaves out genes below it. Of a figure, the genes of `organism` are drawn, by default of
        the one with most genes; of a pathway, `organism` tells apart those with the same title.
        `on_note` is called with what the names were taken for, and with what is left out.

        Raises:
            QueryError: there are a figure and a pathway, or neither, a name, the organism or the
                level is unknown, or there is nothing to draw.

        >>> with open("sketch.gpml", "wb") as file:
        ...     graph.write_gpml(file, figure="PMC3614012__nihms379615f2")
        21
        """
        return gpml.write(self._store, output, **options)

    def release(
        self,
        folder: str | Path,
        *,
        without: Collection[str] = (),
        date: str = "",
        progress: Callable[[str], None] = lambda _: None,
    ) -> list[str]:
        """Write the graph in all formats into a new folder; returns the files in it.

        `without` leaves parts out, `date` is the day of publishing, and `progress` is called with
        the name of each part; see `pfocr-kg release`. A graph at an endpoint has no "report".

        Raises:
            FormatError: a part is unknown, or the date is not valid.
            PfocrError: the folder exists and is not empty, it cannot be written, or a library
                is missing (the extra "formats").

        >>> others = ["graph", "gene-sets", "tables", "kgx", "nanopubs", "networks"]
        >>> graph.release("release", without=others)
        ['README.md', 'SHA256SUMS', ..., 'ro-crate-metadata.json']
        """
        # Imported on use, for networkx and scipy.
        from pfocr_kg.export import release  # noqa: PLC0415
        from pfocr_kg.network import release_networks  # noqa: PLC0415

        return release.release(
            self._store,
            Path(folder),
            release_networks.write,
            without=without,
            day=date,
            progress=progress,
        )

    def write_description(
        self, output: IO[bytes], distribution: Path | None = None, form: str | None = None
    ) -> None:
        """Write the graph's description as a dataset (VoID, DCAT, PROV), as Turtle.

        `distribution` is an exported file of the graph, which is described too, with its size
        and digest; `form` is its format, by default that of its ending.

        >>> with open("pfocr.void.ttl", "wb") as file:
        ...     graph.write_description(file)
        """
        description.write(self._store.description(), output, distribution, form)

    @property
    def report(self) -> dict[str, Any]:
        """The report of the build that made this graph; empty at an endpoint.

        Raises:
            DamagedStoreError: it is missing or damaged.

        >>> graph.report["figures"], graph.report["links"]["links"]
        (34, 17)
        """
        return self._store.report if isinstance(self._store, Embedded) else {}

    def stats(self) -> dict[str, Any]:
        """Counts of triples, classes, and figures and genes by organism.

        >>> graph.stats()["organisms"][1]
        {'taxon': 'NCBITaxon:7227', ..., 'figures': 5, 'genes': 76, 'pairs': 86}
        """
        return stats.count(self._store, len(self))

    def enrich(
        self,
        genes: str | Iterable[object],
        *,
        column: str = "",
        background: str | Iterable[object] | None = None,
        organism: str = "human",
        against: str = "pathways",
        level: str = Level.ANY,
    ) -> Enrichment:
        """Test which pathways or figures a list of genes is enriched in.

        `genes` are names and ids of genes, one per item, or the text of a list or a table, of
        which the `column` of genes is found or named. `background` is the same for all genes that
        the list was chosen from; by default these are the genes of all pathways or figures.
        `against` is "pathways" (the store must be linked) or "figures", of which genes below the
        `level` do not count.

        Raises:
            QueryError: no gene of a list is known, no column of a table can be told, the organism
                or level is unknown, or there is nothing to test against.

        >>> found = graph.enrich(["IFNB1", "STAT1", "TBK1", "TRAF6", "nosuchgene"])
        >>> found.rows[0].term, found.rows[0].shared, found.genes.unknown
        ('WP5116', 3, ('nosuchgene',))
        """
        # Imported on use, for scipy.
        from pfocr_kg.link import enrichment  # noqa: PLC0415

        return enrichment.enrich_in_store(
            self._store, genes, organism, against, level, column=column, background=background
        )

    def write_links(self, output: IO[bytes], form: str = "sssom") -> None:
        """Write the links to pathways: "sssom" (a mapping set), "tsv", or "turtle".

        Raises:
            FormatError: the format is another one.

        >>> with open("links.sssom.tsv", "wb") as file:
        ...     graph.write_links(file)
        """
        from pfocr_kg.link import store_links  # noqa: PLC0415

        store_links.write_links(self._store, output, form)

    def network(
        self,
        kind: str,
        *,
        on_note: Callable[[str], None] = lambda _: None,
        **choices: Unpack[NetworkChoices],
    ) -> networkx.Graph:
        """A networkx graph of "genes", "figures", "diseases", or "bipartite": figures and genes.

        Nodes are CURIEs. By keyword, all optional:

        - the conditions of `subset`: count figures only that meet them. Of an `organism`, only its
          genes count.
        - `min_weight` (2): leave out edges of less weight (figures that draw both genes; genes
          that both figures or diseases share), in the bipartite network genes of fewer figures.
        - `level`: count genes of this level only, "symbol", "unambiguous" or "any".
        - `disease_from`: in the network of diseases too, "named" (the diseases of a figure are
          those that it names) or "keywords" (those that its genes are known for).
        - `genes_of` (a name of a figure): only genes that this figure draws.
        - `around` (the name or id of a node), `radius` (1): only nodes within this number of edges
          from the node.
        - `on_note`: is called with what each name was taken for.

        Raises:
            QueryError: the kind, level, organism, disease, pathway or node is unknown, no figure
                is of the disease, a number is below 1, or the network has more than five million
                edges.

        >>> network = graph.network("genes", min_weight=5)
        >>> network.number_of_nodes(), network["ncbigene:1432"]["ncbigene:5600"]
        (17, {'figures': 7, 'papers': 7, 'npmi': 1.0})
        """
        # Imported on use, for networkx and scipy.
        from pfocr_kg.network import kinds  # noqa: PLC0415

        return kinds.network(self._store, kind, on_note=on_note, **choices)

    def push(
        self,
        url: str,
        *,
        replace: bool = False,
        add: bool = False,
        describe: bool = True,
        method: str = "auto",
        state: Path | None = None,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
        **endpoint: Unpack[EndpointOptions],
    ) -> PushResult:
        """Load the graph into a remote store, given its query endpoint.

        Its default graph, or the named graph `graph`, must be empty, unless `replace` empties it or
        `add` keeps its triples. Its description goes into the named graph
        `iris.DESCRIPTION`, unless `describe` is false or the remote graph holds more. `method`
        is "graph-store" (SPARQL's Graph Store Protocol), "update", or "auto"; `update_url` and
        `graph_store_url` are guessed if they are not given. `progress` is called with the numbers
        of triples sent and of all triples. A push that stopped continues from `state`, by default
        a file beside the store. Returns the counts at the end; false if they differ.

        Raises:
            StoreError: the remote store cannot be used, or its graph is not empty.

        >>> counts = graph.push(endpoint)
        >>> bool(counts), counts.found
        (True, 17648)
        """
        # Imported on use: `requests` takes a tenth of a second.
        from pfocr_kg.remote import push  # noqa: PLC0415
        from pfocr_kg.remote.destination import Destination  # noqa: PLC0415

        destination = Destination(url, method=method, **endpoint)
        return push.push(
            self._store,
            destination,
            state_file=state or push.default_state_file(destination, self._folder),
            clear=replace,
            add=add,
            description=description.public(self._store.description()) if describe else (),
            progress=progress,
        )

    def validate(self, *, progress: Callable[[int, int], None] | None = None) -> Conformance:
        """Check the graph against the bundled SHACL shapes.

        `progress` is called with the number of constraints checked so far, and of all.

        >>> conforms = graph.validate()
        >>> bool(conforms), conforms.violations
        (True, ())
        """
        # Imported on use: rdflib takes a fifth of a second, and most commands do not need it.
        from pfocr_kg.query import validation  # noqa: PLC0415

        return validation.check(self._store, progress or (lambda _done, _of: None))


for _name, _method in list(vars(Graph).items()):
    if isinstance(_method, FunctionType) and (_name == "__init__" or not _name.startswith("_")):
        setattr(Graph, _name, checked(_method))


def _remote(url: str) -> Remote:
    # Imported on use: `requests` takes a tenth of a second.
    from pfocr_kg.store.endpoint import Remote  # noqa: PLC0415

    return Remote(url)


def open_graph(store: str | Path) -> Graph:
    """Open a built store, a folder or the URL of a SPARQL endpoint, for reading.

    Raises:
        StoreError: there is no store at the place, or it cannot be opened.

    >>> graph = pfocr_kg.open("sample-store")
    >>> len(graph)
    17648
    """
    return Graph(store)


@checked
def link(
    store: str | Path,
    wikipathways: WikiPathways | str | Path,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    **endpoint: Unpack[EndpointOptions],
) -> Report:
    """Link the figures of a built store to pathways, in place of any links that it has.

    `store` is a folder, or the URL of a SPARQL endpoint that takes updates: `graph` is then the
    named graph to link (by default the one that the URL names, else the default graph), and the
    other URLs (`update_url`, `graph_store_url`) are guessed where they are not given.

    Raises:
        StoreError: there is no store, or it cannot be written.
        SourceError: a source of pathways cannot be used.

    >>> report = pfocr_kg.link("one-store", "tests/data/wikipathways")
    >>> report.links["links_by_evidence"]
    {'GeneOverlapEvidence': 1, 'SharedDiseaseEvidence': 1}
    """
    if not generations.is_address(store):
        if any(endpoint.values()):
            raise StoreError(f"{store}: is a folder; a named graph is at an endpoint")
        return run.link(store, wikipathways, progress=progress)
    # Imported on use: `requests` takes a tenth of a second.
    from pfocr_kg.remote import link_endpoint  # noqa: PLC0415

    return link_endpoint.link(
        str(store), WikiPathways.from_source(wikipathways), progress=progress, **endpoint
    )
