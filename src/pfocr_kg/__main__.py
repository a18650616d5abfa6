"""`python -m pfocr_kg` is `pfocr-kg`."""

from pfocr_kg.cli import main

main()
