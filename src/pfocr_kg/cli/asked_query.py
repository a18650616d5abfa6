"""The query that a user gives, and its help: `pfocr-kg query NAME --help`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from pfocr_kg import iris
from pfocr_kg.cli.options import Once
from pfocr_kg.cli.output import read_text
from pfocr_kg.query import bundled
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.parameters import Parameter


def find(what: str) -> Query:
    """The query to run: from standard input, a file, SPARQL text, or a bundled one.

    An existing file comes first. SPARQL has braces, or begins with a keyword; a text with neither
    can be the path of a missing file.
    """
    if what == "-":
        return bundled.parse("standard input", read_text("-"))
    path = Path(what)
    looks_like_path = path.suffix in (".rq", ".sparql") or "/" in what
    if _is_file(path) or (looks_like_path and not bundled.is_sparql(what)):
        return bundled.read(path)
    return bundled.resolve(what)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # too long for a name of a file
        return False


class Command(Once):
    """A command whose --help is about the query that it is given, if it is given one."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Keep the query's name for the help, which is printed before click comes to it."""
        options, _, _ = self.make_parser(context).parse_args(list(arguments))
        context.obj = options.get("what")
        return super().parse_args(context, arguments)

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of the query, else that of the command."""
        what = context.obj
        if not isinstance(what, str) or what == "-" or bundled.is_sparql(what):
            super().format_help(context, formatter)
        else:
            _write(find(what), formatter)


def _write(query: Query, formatter: click.HelpFormatter) -> None:
    """Write the title, description, parameters and an example of a query."""
    needed = [p.placeholder for p in query.parameters if p.is_needed]
    formatter.write_usage("pfocr-kg query", " ".join((query.name, *needed, "[OPTIONS]")))
    for text in filter(None, (query.title, query.description)):
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(text)
    if query.parameters:
        with formatter.section("Parameters"):
            formatter.write_dl([(p.placeholder, _meaning(p)) for p in query.parameters])
    with formatter.section("Example"):
        formatter.write(f"  {example(query)}\n")
    formatter.write_paragraph()
    formatter.write_text(
        "Repeat a parameter for several values; `pfocr-kg query --help` has the options."
    )


def example(query: Query) -> str:
    """A command that asks the query about the example of its header."""
    given = [
        f"{parameter.name}={iris.curie(value)}"
        for parameter in query.parameters
        if parameter.is_needed
        for value in parameter.example.split(", ")
    ]
    return shlex.join(["pfocr-kg", "query", query.name, *given])


def _meaning(parameter: Parameter) -> str:
    choices = f" ({' or '.join(parameter.choices)})" if parameter.choices else ""
    kind = "example" if parameter.is_needed else "default"
    return f"{parameter.description}{choices}.  [{kind}: {parameter.example}]"
