"""The command line: one module per command. Only this package parses options and prints."""


def main() -> None:
    """Run the command line; every error ends in one line and an exit code."""
    # It imports nearly all modules: `early_interrupt` has to come before.
    from pfocr_kg.cli.app import main as run  # noqa: PLC0415

    run()
