"""`{options} NAME`: the options of a command, as a table made from what click knows of them.

Each option is an object of Sphinx too, so that the search finds it, and a link can lead to it.
"""

from __future__ import annotations

import re

import click
from docutils import nodes
from sphinx.application import Sphinx
from tools.site.written import Written, code, plain, table

from pfocr_kg.cli.app import app as commands


class Options(Written):
    """The table of a command's options."""

    def run(self) -> list[nodes.Node]:
        """The table, with an anchor for each option."""
        made = super().run()
        program = f"pfocr-kg {self.arguments[0]}"
        rows = [row for node in made for row in node.findall(nodes.row)][1:]
        for row, option in zip(rows, options(self.arguments[0]), strict=True):
            anchor = nodes.make_id(program + option.opts[-1])
            row["ids"].append(anchor)
            domain = self.env.domains.standard_domain
            for name in option.opts:
                domain.add_program_option(program, name, self.env.docname, anchor)
        return made

    def markdown(self, *arguments: str) -> str:
        """A row for each option of the command."""
        name = arguments[0]
        context = click.Context(commands.commands[name])
        return table(("option", "means"), [_row(option, context) for option in options(name)])


def options(name: str) -> list[click.Option]:
    """The options of a command, in the order of its help."""
    return [p for p in commands.commands[name].params if isinstance(p, click.Option)]


def _row(option: click.Option, context: click.Context) -> tuple[str, str]:
    """Its names, and its help; default and range, which the help has in brackets, in a new line."""
    record = option.get_help_record(context)
    assert record, f"{option.name} has no help"
    value = record[0].removeprefix(", ".join(option.opts)).strip()
    value = " | ".join(map(code, value.strip("[]").split("|"))) if value else ""
    names = ", ".join(map(code, option.opts))
    said, *more = record[1].split("  [")
    facts = "; ".join(part.rstrip("]") for part in more).split("; ")
    facts = [_fact(fact, option.metavar or "x") for fact in facts if fact]
    return f"{names} {value}", "<br>".join(
        [plain(said), "; ".join(facts)] if facts else [plain(said)]
    )


def _fact(text: str, value: str) -> str:
    """What click says in brackets: a default, a variable, a range of values."""
    name, colon, of = text.partition(": ")
    if colon:
        name = "variable" if name == "env var" else name
        return f"{name}: {plain(of) if ' ' in of else code(of)}"
    if re.search("[<>]", text):
        text = re.sub("[<>]=?", r" \g<0> ", text.replace("x", value))
    return text.replace(">=", "≥").replace("<=", "≤")


def setup(app: Sphinx) -> dict[str, bool]:
    """Give the directive to Sphinx."""
    app.add_directive("options", Options)
    return {"parallel_read_safe": True}
