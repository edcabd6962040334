"""A hand on the sockets between a page and the server."""

import re

from playwright.sync_api import Page, WebSocketRoute


class Wire:
    """Every socket that `page` opens from now on, in order; its own life goes on as before.

    `said` is what the page sent. Frames to the page that match `holding` are kept back until
    `release`.
    """

    def __init__(self, page: Page, holding: str = "(?!)") -> None:
        self.sockets: list[WebSocketRoute] = []
        self.servers: list[WebSocketRoute] = []
        self.holding = re.compile(holding)
        self.held: list[str] = []
        self.said: list[str] = []
        page.route_web_socket(re.compile(r"/ws/"), self._open)

    def push(self, frame: str) -> None:
        """Send the page a frame as if it came from the server."""
        self.sockets[-1].send(frame)

    def say(self, frame: str) -> None:
        """Send the server a frame as if it came from the page."""
        self.servers[-1].send(frame)

    def release(self) -> None:
        while self.held:
            self.push(self.held.pop(0))

    def close(self, code: int) -> None:
        """Close the newest socket on both sides, the page seeing `code`."""
        self.sockets[-1].close(code=code)

    def _open(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda frame: self._bring(route, str(frame)))
        route.on_message(lambda frame: self._take(server, str(frame)))
        self.sockets.append(route)
        self.servers.append(server)

    def _take(self, server: WebSocketRoute, frame: str) -> None:
        self.said.append(frame)
        server.send(frame)

    def _bring(self, route: WebSocketRoute, frame: str) -> None:
        if self.holding.search(frame):
            self.held.append(frame)
        else:
            route.send(frame)
