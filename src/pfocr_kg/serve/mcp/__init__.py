"""Tools for assistants, after the Model Context Protocol: https://modelcontextprotocol.io.

`server` speaks the protocol with the official SDK. What a tool answers is computed in a worker
(`tools`), which has no need of the SDK; `arguments` and `answers` say what goes in and out.
"""
