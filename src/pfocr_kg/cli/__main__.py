"""`python -m pfocr_kg.cli` is `pfocr-kg`."""

from pfocr_kg.cli import main

main()
