"""One peer: serves TLS with its certificate, and dials all peers with it as fast as it is told.

Both sides verify the other: the server wants a client's certificate, the client the server's, each
against the CA that this peer was given. What it was given is read once, at its start, as most
programs do. Each greeting of another peer is one line in the log: ``ok``, with the numbers of the
certificates on both sides; ``distrust`` when one side refused the other for its certificate;
``away`` for everything else, such as a peer that is being restarted.
"""

import contextlib
import hashlib
import itertools
import socket
import ssl
import sys
import threading
from pathlib import Path

PORT = 8443
PAUSE_S = 0.02
"""Between two rounds of greetings: hundreds in each phase, and time for the others to run."""
DEADLINE_S = 30.0
HELLO = b"hello\n"


def main(own: str, config: Path, log: Path, rounds: int | None) -> None:
    """Serve and greet until the end, or only greet for so many rounds."""
    peers = (config / "peers").read_text("ascii").split()
    cert, ca = config / "cert.pem", config / "ca.pem"
    serving, greeting = (_context(kind, cert, ca) for kind in _KINDS)
    if rounds is None:
        listener = socket.create_server((own, PORT), backlog=128)
        threading.Thread(target=_serve, args=(listener, serving), daemon=True).start()
    mine = _number(ssl.PEM_cert_to_DER_cert(_first(cert.read_text("ascii"))))
    pause = threading.Event()
    with log.open("a", buffering=1) as told:
        for _ in itertools.count() if rounds is None else range(rounds):
            for peer in peers:
                told.write(f"{_greet(own, peer, greeting, mine)}\n")
            pause.wait(PAUSE_S)


_KINDS = (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)


def _context(kind: int, cert: Path, ca: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(kind)
    context.check_hostname = False  # of names nothing is known before there are addresses
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(cert)
    context.load_verify_locations(ca)
    return context


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        plain, _ = listener.accept()
        threading.Thread(target=_answer, args=(plain, context), daemon=True).start()


def _answer(plain: socket.socket, context: ssl.SSLContext) -> None:
    plain.settimeout(DEADLINE_S)
    with plain, contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as peer:
        peer.sendall(HELLO)


def _greet(own: str, peer: str, context: ssl.SSLContext, mine: str) -> str:
    """Greet once; the answer proves that the other side took our certificate, too."""
    try:
        with (
            socket.create_connection((peer, PORT), DEADLINE_S, (own, 0)) as plain,
            context.wrap_socket(plain) as secure,
        ):
            theirs = _number(secure.getpeercert(binary_form=True) or b"")
            if secure.recv(len(HELLO)) == HELLO:
                return f"ok {mine} {theirs}"
            return "away"
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return "away"
    except ssl.SSLError as refusal:
        return f"distrust {peer} {refusal}"
    except OSError:
        return "away"


def _first(text: str) -> str:
    end = "-----END CERTIFICATE-----"
    return text[text.index("-----BEGIN CERTIFICATE") : text.index(end) + len(end)]


def _number(der: bytes) -> str:
    """Return something that tells certificates apart."""
    return hashlib.sha256(der).hexdigest()[:8]


main(
    sys.argv[1],
    Path(sys.argv[2]),
    Path(sys.argv[3]),
    int(sys.argv[4]) if len(sys.argv) > 4 else None,
)
