"""Pages for people: each module answers some addresses with HTML made from a template."""
