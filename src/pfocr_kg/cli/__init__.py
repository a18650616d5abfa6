"""The command line: one module a command. It parses and prints; all else returns and raises."""

from pfocr_kg.cli.app import main

__all__ = ["main"]
