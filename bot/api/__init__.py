"""The HTTP interface: `create_app` wires the routes; each other file is one feature or one concern."""
