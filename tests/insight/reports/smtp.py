"""A mail server for tests that speaks SMTP over a real socket, keeps what it takes, and refuses what it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Server(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[EmailMessage] = []
        self.refuses = ""
        self.breaks_after_data = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self._say("220 tests")
        for line in self.rfile:
            word = line.decode().strip().upper()
            if word.startswith(("EHLO", "HELO", "MAIL", "RSET")):
                self._say("250 fine")
            elif word.startswith("RCPT"):
                self._say(self.server.refuses or "250 fine")
            elif word == "DATA":
                self._say("354 go on")
                self._take()
            elif word == "QUIT":
                self._say("221 bye")
                return

    def _take(self) -> None:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
        if self.server.breaks_after_data:
            self.connection.close()
            return
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs until the test is over."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
