"""A mail server that keeps what it is given, and may be slow or refuse."""

import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage


class Sink:
    """Listens on a free port of 127.0.0.1. `slow` are seconds before each answer.

    `refusals` are answers given in place of taking a message, `strangers` in place of knowing an
    address, one after the other.
    """

    def __init__(self, slow: float = 0.0) -> None:
        self.slow = slow
        self.letters: list[EmailMessage] = []
        self.refusals: list[bytes] = []
        self.strangers: list[bytes] = []
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.talk(self)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def __enter__(self) -> "Sink":
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def talk(self, peer: socketserver.StreamRequestHandler) -> None:
        try:
            self._talk(peer)
        except OSError:
            return  # the other side was killed

    def _talk(self, peer: socketserver.StreamRequestHandler) -> None:
        def answer(line: bytes) -> None:
            time.sleep(self.slow)
            peer.wfile.write(line + b"\r\n")

        answer(b"220 sink")
        while line := peer.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                answer(b"354 go on")
                if (data := self._data(peer)) is None:
                    return
                if self.refusals:
                    answer(self.refusals.pop(0))
                    continue
                self.letters.append(message_from_bytes(data, policy=policy.default))
                answer(b"250 taken")
            elif verb == b"RCPT" and self.strangers:
                answer(self.strangers.pop(0))
            elif verb == b"QUIT":
                answer(b"221 bye")
                return
            else:
                answer(b"250 well")

    @staticmethod
    def _data(peer: socketserver.StreamRequestHandler) -> bytes | None:
        """The message, or None where the other side went before its end."""
        lines: list[bytes] = []
        while line := peer.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return None
