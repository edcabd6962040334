"""A proxy before the server that can keep sockets out, or hold what passes through them."""

import socket
import threading
from contextlib import suppress

BLOCK = 65536


class Wall:
    """`url` is the site behind it. HTTP always passes; `refusing` turns new sockets away, `holding`
    keeps back what the server says on open ones, until it is false again."""

    def __init__(self, port: int) -> None:
        self.server = port
        self.refusing = False
        self.passing = threading.Event()
        self.passing.set()
        self.connections: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def hold(self) -> None:
        self.passing.clear()

    def release(self) -> None:
        self.passing.set()

    def cut(self) -> None:
        """End every connection there is."""
        while self.connections:
            _end(self.connections.pop())

    def close(self) -> None:
        self.release()
        _end(self.listener)
        self.cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self.connections.append(near)
        with suppress(OSError):
            head = near.recv(BLOCK)
            is_socket = b"upgrade: websocket" in head.lower()
            if is_socket and self.refusing:
                near.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            elif head:
                far = socket.create_connection(("127.0.0.1", self.server))
                self.connections.append(far)
                far.sendall(head)
                up = threading.Thread(target=self._pass, args=(near, far), daemon=True)
                up.start()
                self._pass(far, near, held=is_socket)
        _end(near)

    def _pass(self, source: socket.socket, target: socket.socket, held: bool = False) -> None:
        with suppress(OSError):
            while block := source.recv(BLOCK):
                if held:
                    self.passing.wait()
                target.sendall(block)
        _end(target)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
