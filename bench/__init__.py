"""What is measured of pfocr-kg, runnable by anyone; how: docs/guides/bench.md."""
