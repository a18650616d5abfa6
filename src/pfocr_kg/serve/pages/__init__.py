"""The explorer: pages for people, made of Jinja2 templates on the server."""
