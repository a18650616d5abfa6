"""Directives of the documentation site, which make its reference from the code."""
