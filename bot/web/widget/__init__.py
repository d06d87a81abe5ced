"""The help widget for a shop's pages: its script in parts that are sent as one file, and a made-up shop that shows it."""

from bot.web.widget.routes import router

__all__ = ["router"]
