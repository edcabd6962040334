"""What a person typed, made into HTML that is safe to put on anybody's page."""

from rooms.markup.names import NAMES_LIMIT, candidates, named
from rooms.markup.rendering import render
from rooms.markup.text import UNSEEN, clean, excerpt

__all__ = ["NAMES_LIMIT", "UNSEEN", "candidates", "clean", "excerpt", "named", "render"]
