"""WikiPathways: its pathways, and which figures belong to which of them, on what evidence."""
