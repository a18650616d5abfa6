"""The command line: one module per command. Only this package parses options and prints."""

from pfocr_kg.cli.app import main

__all__ = ["main"]
