"""Speaks the Model Context Protocol with the official SDK, version 2, and has workers answer.

https://modelcontextprotocol.io/specification. Needs the extra `mcp`. Errors of a tool are results
that say so, in one line: an assistant can read them and ask otherwise.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import TypeAdapter, ValidationError

from pfocr_kg.serve.mcp import tools
from pfocr_kg.serve.messages import Asked, RequestError
from pfocr_kg.serve.pool import Pool
from pfocr_kg.serve.settings import Settings

INSTRUCTIONS: Final = """\
PFOCR collects pathway figures of published papers. A program read the words off each figure and \
looked them up in lists of genes and chemicals; this graph holds the result, with papers, \
organisms, named diseases, and computed links to WikiPathways pathways. It holds no images, and no \
arrows: that two genes are drawn in one figure does not say how they act on each other.

Which tool: `search` finds figures by words and by what they draw. `show` tells all about one \
thing. `list_queries`, then `run_query`, answer prepared questions (genes drawn together, genes a \
pathway lacks, trends): look there before writing SPARQL. `schema`, then `sparql`, is for the \
rest. `find` says what a name can mean. Tools take any name or id, in any case.

Limits of meaning to keep and to tell:
- Genes are read by a program. Of genes at level `symbol` about 98 of 100 are right on clean \
images, at `unambiguous` 96, at `any` 76 (aliases 53, families 28), fewer in figures of papers. \
Use `symbol` or `unambiguous` to rank, count or conclude, and `any` to search.
- A disease is *named* if it stands in the figure's table, title, caption or paper title. A \
disease *keyword*, or disease by genes, is what the figure's genes are known for: never say that \
the figure shows, draws or names it.
- A link to a pathway has a rank and a margin: the larger the margin, the surer the first place.
- Numbers count figures in this collection; they say nothing of how important a gene is.
Say what a name was taken for (see `notes`) where it could mean something else. Cite figures with \
their paper, so that people can look at them."""

_ARGUMENTS: Final = {name: TypeAdapter(tool.arguments) for name, tool in tools.TOOLS.items()}
"""What reads and checks the arguments of each tool."""
_LINE: Final = 1_000
"""Characters of an error."""
_READ_ONLY: Final = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def create(pool: Pool) -> Server[Any]:
    """The server of the tools; the pool has to run while it does."""

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in tools.TOOLS.values()])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await _call(pool, params.name, params.arguments or {}, _base(context.request))

    return Server(
        "pfocr-kg",
        title="PFOCR knowledge graph of pathway figures",
        version=version("pfocr-kg"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def serve_stdio(settings: Settings) -> None:
    """Serve one assistant over standard input and output, until the input is closed."""
    asyncio.run(_serve_stdio(settings))


async def _serve_stdio(settings: Settings) -> None:
    # Workers are started where the SDK keeps standard input and output for itself.
    async with stdio_server() as (reader, writer), Pool(settings) as pool:
        server = create(pool)
        await server.run(reader, writer, server.create_initialization_options())


def http(pool: Pool) -> StreamableHTTPSessionManager:
    """The tools over HTTP, for a server that checks the host: its `asgi_app`, while `run` runs.

    It remembers nothing between requests, and replies are plain JSON.
    """
    return StreamableHTTPSessionManager(
        create(pool),
        json_response=True,
        stateless=True,
        max_request_body_size=pool.settings.limits.request,
    )


def _base(request: Any) -> str:
    """The address that this server was asked at; "" over standard input."""
    return "" if request is None else f"{request.url.scheme}://{request.url.netloc}"


@cache
def _described(tool: tools.Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=_schema(_ARGUMENTS[tool.name]),
        output_schema=_schema(TypeAdapter(tool.answer)),
        annotations=_READ_ONLY,
    )


def _schema(kind: TypeAdapter[Any]) -> dict[str, Any]:
    """The JSON Schema of a class, without titles, which only repeat names."""
    schema = kind.json_schema()
    for each in (schema, *schema.get("properties", {}).values()):
        each.pop("title", None)
    schema.pop("description", None)
    return schema


async def _call(pool: Pool, name: str, given: dict[str, Any], base: str) -> types.CallToolResult:
    if name not in tools.TOOLS:
        return _error(f"there is no tool {name[:60]!r}; tools are {', '.join(tools.TOOLS)}")
    try:
        checked = _ARGUMENTS[name].validate_python(given)
    except ValidationError as error:
        return _error(_invalid(error))
    asked = Asked(
        "POST", "/mcp", {"name": name}, body=json.dumps(asdict(checked)).encode(), base=base
    )
    try:
        head, body = await pool.reply(tools.TOOLS[name].address, asked)
    except RequestError as error:
        return _error(tools.reworded(str(error)))
    text = body.decode()
    if head.status != 200:
        return _error(tools.reworded(" ".join(text.split())))
    return types.CallToolResult(
        content=[types.TextContent(text=text)], structured_content=json.loads(text)
    )


def _invalid(error: ValidationError) -> str:
    """What is wrong with the arguments, in one line."""
    wrong = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return "; ".join(dict.fromkeys(wrong))


def _error(line: str) -> types.CallToolResult:
    """An error, which can quote what was given."""
    return types.CallToolResult(content=[types.TextContent(text=line[:_LINE])], is_error=True)
