"""Kinds of options, and options that several commands have."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from pfocr_kg.cli import completion
from pfocr_kg.cli.tables import Shown
from pfocr_kg.link.rules import LinkOptions, WikiPathways
from pfocr_kg.model import Level

Command = TypeVar("Command", bound=Callable[..., Any])


class Once(click.Command):
    """A command that refuses an option given twice, of which click takes the last in silence."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Check the options before their values are read."""
        if not context.resilient_parsing:
            _, _, order = self.make_parser(context).parse_args(list(arguments))
            for option in order:
                if isinstance(option, click.Option) and not (option.multiple or option.is_flag):
                    if order.count(option) > 1:
                        raise click.UsageError(f"{option.opts[-1]} is given twice.", context)
        return super().parse_args(context, arguments)


def command(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Once]:
    """`click.command` of the kind `Once`."""
    return click.command(name, cls=Once, **more)


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def path(*names: str, **more: Any) -> Callable[[Command], Command]:
    """An option that takes the path of a file or folder."""
    return click.option(*names, type=click.Path(path_type=Path), **more)


class WholeNumber(click.IntRange):
    """A whole number, called so in the error of a text that is none."""

    name = "whole number"


def number(*names: str, least: int = 1, **more: Any) -> Callable[[Command], Command]:
    """An option that takes a whole number of at least `least`."""
    kind = WholeNumber(min=least)
    return click.option(*names, metavar="N", type=kind, show_default="default" in more, **more)


def choice(*names: str, values: Iterable[str], **more: Any) -> Callable[[Command], Command]:
    """An option that takes one of some values, in either case."""
    return click.option(*names, type=click.Choice(tuple(values), case_sensitive=False), **more)


def file_format(values: Iterable[str], default: str) -> Callable[[Command], Command]:
    """--format; `text` in the help describes the default."""
    values = tuple(values)
    text = f"{', '.join(values)}.  [default: {default}]"
    return choice("-f", "--format", "form", values=values, metavar="FORMAT", help=text)


def jobs(text: str) -> Callable[[Command], Command]:
    """--jobs, a number of processes; `text` in the help describes them."""
    return number("--jobs", help=f"{text}  [default: the cores there are]")


def levels(text: str, **more: Any) -> Callable[[Command], Command]:
    """--level; `text` in the help says what genes of a level are chosen for."""
    text += ": read by their symbol, from words that mean nothing else, or any."
    values = [level.value for level in Level]
    return choice("--level", values=values, help=f"{text}  [default: {Level.ANY}]", **more)


def tables(limit: int | None = None) -> Callable[[Command], Command]:
    """--limit, with its default, --columns and --wide; the command gets a `Shown` as `shown`."""
    limited = number(
        "--limit",
        default=limit,
        help="Show the first N rows only." + ("" if limit else "  [default: all]"),
    )

    def add(command: Command) -> Command:
        @functools.wraps(command)
        def run(
            *arguments: Any, limit: int | None, columns: tuple[str, ...], wide: bool, **given: Any
        ) -> Any:
            return command(*arguments, shown=Shown(limit, columns, wide), **given)

        for option in (_WIDE, _COLUMNS, limited):
            run = option(run)
        return run  # type: ignore[return-value]

    return add


def quiet(text: str = "No progress and no summary.") -> Callable[[Command], Command]:
    """--quiet."""
    return click.option("-q", "--quiet", is_flag=True, help=text)


def _names(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...]:
    """The names in a text with commas."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _output(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    """The file, or "-" for standard output: it may be a file, which is not ours to replace."""
    return Path("-") if file == Path("/dev/stdout") else file


_COLUMNS: Final = click.option(
    "--columns",
    metavar="A,B,…",
    callback=_names,
    help="Show these columns only, in this order.  [default: all]",
)
_WIDE: Final = click.option(
    "--wide", is_flag=True, help="Do not shorten a table to the width of the terminal."
)

table: Final = tables()
sources: Final = click.argument(
    "sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=completion.files
)
store: Final = click.option(
    "--store",
    metavar="DIR|URL",
    envvar="PFOCR_KG_STORE",
    show_envvar=True,
    default="./pfocr-kg-store",
    show_default=True,
    shell_complete=completion.folders,
    help="Folder of the store; to read or link, the URL of a SPARQL endpoint too.",
)
output: Final = path(
    *("-o", "--output"),
    metavar="FILE",
    callback=_output,
    help="Write to a file instead of standard output; .gz and .zst compress.",
)
genes: Final = path(
    "--genes",
    metavar="FILE",
    help="Human gene symbols in place of the bundled ones: HGNC's complete set or NCBI's gene_info,"
    " also gzipped.",
)
strict: Final = click.option(
    "--strict", is_flag=True, help="Exit with 1 if anything was quarantined."
)
level: Final = levels("Genes that count", default=Level.ANY.value)
update_url: Final = click.option(
    "--update-url", metavar="URL", help="Endpoint for updates.  [default: guessed]"
)
graph_store_url: Final = click.option(
    "--graph-store-url", metavar="URL", help="Endpoint for graphs.  [default: guessed]"
)

_RULES: Final = LinkOptions()
_PATHWAYS: Final = (
    click.option(
        "--wikipathways",
        metavar="PATH",
        shell_complete=completion.files,
        multiple=True,
        help="WikiPathways: a folder of its database, GMT, RDF, or a SPARQL endpoint's URL;"
        " repeat for several.",
    ),
    path(
        "--pmc-ids",
        metavar="FILE",
        help="PMC-ids.csv of PubMed Central, to find papers that figure and pathway share.",
    ),
    number(
        "--min-shared",
        default=_RULES.min_shared,
        help="Genes that figure and pathway share at least, to be linked by overlap.",
    ),
    number(
        "--min-words",
        default=_RULES.min_words,
        help="Words of the figure that give the shared genes at least.",
    ),
    click.option(
        *("--max-p", "alpha"),
        metavar="P",
        type=click.FloatRange(min=0, max=1, min_open=True),
        default=_RULES.alpha,
        show_default=True,
        help="Adjusted p-value that the overlap stays below.",
    ),
    number(
        "--best",
        default=_RULES.best,
        help="Pathways that a figure is linked to by overlap, at most.",
    ),
    level,
)


def pathways(command: Command) -> Command:
    """Add the options for sources of pathways and rules of evidence."""
    for option in reversed(_PATHWAYS):
        command = option(command)
    return command


def link_request(
    wikipathways: tuple[str, ...], pmc_ids: Path | None, **rules: Any
) -> WikiPathways | None:
    """The sources and rules of the options of `pathways`; None without pathways.

    Raises:
        click.UsageError: a rule is given without pathways.

    """
    if wikipathways:
        return WikiPathways(wikipathways, LinkOptions(**rules), pmc_ids)
    context = click.get_current_context()
    for option in context.command.params:
        given = context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
        if given and option.name in ("pmc_ids", *rules):
            raise click.UsageError(f"{option.opts[0]} needs --wikipathways.")
    return None
