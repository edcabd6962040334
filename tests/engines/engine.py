"""What a test may ask of an engine, and what it must not expect of one."""

from abc import ABC, abstractmethod

from tests.engines.tab import Tab


class Engine(ABC):
    """One browser program; each tab is somebody else's, with cookies of its own."""

    # Whether what a page fetched beforehand is still there when the server is not.
    keeps_cache = True

    @abstractmethod
    def tab(self, base: str, script: bool = True) -> Tab:
        """A page of somebody with no cookies; with `script` off the page runs none."""

    @abstractmethod
    def close(self) -> None: ...
