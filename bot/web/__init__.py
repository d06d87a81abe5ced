"""Pages for people, made on the server: routes by feature, templates beside them, no build step."""
