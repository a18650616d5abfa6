"""What the shell completes: names of queries, their parameters, and topics.

These functions are called by click, which makes the scripts for bash, zsh and fish:
https://click.palletsprojects.com/en/stable/shell-completion/
"""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, CompletionItem, ZshComplete, add_completion_class

from pfocr_kg.query import bundled


def query_names(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Names of bundled queries with their titles; files, where no name fits."""
    found = bundled.queries().values()
    names = [CompletionItem(q.name, help=q.title) for q in found if q.name.startswith(begun)]
    return names or [CompletionItem(begun, type="file")]


def parameters(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Parameters of the query that stands before, as NAME=."""
    query = bundled.queries().get(context.params.get("what") or "")
    return [
        CompletionItem(f"{parameter.name}=", help=parameter.description)
        for parameter in (query.parameters if query else ())
        if f"{parameter.name}=".startswith(begun)
    ]


def topics(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Topics of bundled queries."""
    return [CompletionItem(topic) for topic in bundled.topics() if topic.startswith(begun)]


def files(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Files and folders, where - or an address is taken as well."""
    return [CompletionItem(begun, type="file")]


def folders(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Folders, for options that take an address as well."""
    return [CompletionItem(begun, type="dir")]


class _Bash(BashComplete):
    """Completion for bash that puts no blank after NAME=, where the value follows."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)",
        "COMPREPLY+=($value)\n            if [[ $value == *= ]]; then compopt -o nospace; fi",
    )


class _Zsh(ZshComplete):
    """The same for zsh; fish does so by itself."""

    _DESCRIBE = "_describe -V unsorted completions_with_descriptions -U"
    source_template = ZshComplete.source_template.replace(
        _DESCRIBE,
        f"if [[ $key == *= ]]; then {_DESCRIBE} -S ''; else {_DESCRIBE}; fi",
    )


add_completion_class(_Bash)
add_completion_class(_Zsh)
