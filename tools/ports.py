"""A port nobody uses, on loopback."""

import random
import socket
from pathlib import Path

#: Where the kernel says which ports it gives to connections by itself.
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """Below those the kernel gives away by itself: a port is often used seconds after it was found,
    or left for a while by a server that is started again, and nobody's connection takes it then."""
    first = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32768
    for port in random.SystemRandom().sample(range(first // 2, first), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")
