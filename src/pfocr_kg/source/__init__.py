"""Files to records: front matter, tables, archives, dictionaries, quarantine."""
