"""What third parties of a test have: web servers, and keys to sign with."""

import contextlib
import functools
import itertools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import rsa

# `shutdown` returns at the end of an interval. The library's own, half a second, would be waited out by every test that has such a server.
_INTERVAL = 0.01
_KEYS = 8
_turns = itertools.cycle(range(_KEYS))


def serve(server: HTTPServer) -> threading.Thread:
    """Serve in the background until `server.shutdown()`."""
    thread = threading.Thread(target=server.serve_forever, args=(_INTERVAL,), daemon=True)
    thread.start()
    return thread


@contextlib.contextmanager
def run_application() -> Iterator[int]:
    """The port of an application that users come back to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Application)
    thread = serve(server)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Application(BaseHTTPRequestHandler):
    """An application that says hello, whatever it is asked."""

    def do_GET(self) -> None:
        body = b"<!DOCTYPE html><html lang=en><title>The application</title><link rel=icon href=data:,><h1>The application</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def rsa_key() -> rsa.RSAPrivateKey:
    """A key of 2048 bits, another than the seven before: to make one takes a tenth of a second, and each provider wants one."""
    return _key(next(_turns))


@functools.cache
def _key(_number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
