"""Where things of the repository lie that several tests read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
SAMPLE = ROOT / "tests" / "data" / "sample"
EXCERPT = ROOT / "tests" / "data" / "wikipathways"
"""Ten pathways of WikiPathways, in the form of its database."""
WIKIPATHWAYS_RDF = ROOT / "tests" / "data" / "wikipathways-rdf" / "wikipathways.ttl"
"""Parts of five pathways, in the form of WikiPathways' RDF."""
