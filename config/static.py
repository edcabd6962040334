"""What a static file carries, as it passes no middleware."""

from typing import Any


def headers(found: Any, path: str, url: str) -> None:
    """Add to the headers of one file; an SVG opened by itself may load and run nothing."""
    found["X-Content-Type-Options"] = "nosniff"
    found["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
