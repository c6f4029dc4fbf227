"""Requests a second and waiting times of ``netralitas serve``, on this machine.

    netralitas serve --port 8765 &
    python benchmarks/serve_load.py 127.0.0.1:8765 --connections 64 --seconds 20

First short texts alone over many connections; then over one connection, without and with a long text
in flight all the time: how much longer do the short ones wait.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import random
import time
from pathlib import Path

CAPTIONS = Path(__file__).resolve().parents[1] / "data" / "captions"


def texts() -> list[str]:
    """Return our own captions of at most 280 letters."""
    out = []
    for path in sorted(CAPTIONS.glob("n*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            out += [row["text"] for row in csv.DictReader(file) if len(row.get("text", "")) <= 280]
    return out


def request(host: str, text: str, reasons: bool = False) -> bytes:
    """Return a call of the API as it goes over the wire."""
    body = json.dumps({"text": text, "reasons": reasons}).encode()
    head = f"POST /v1/classify HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def ask(host: str, calls: list[bytes], until: float, times: list[float]) -> int:
    """Send calls over one connection, one after the other; return how many failed."""
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    failed = at = 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(calls[at % len(calls)])
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))
        failed += " 200 " not in head.partition("\r\n")[0]
        times.append(time.perf_counter() - began)
        at += 1
    writer.close()
    return failed


def told(name: str, times: list[float], seconds: float, failed: int) -> float:
    """Print a line and return the 99th percentile, in seconds."""
    ranked = sorted(times)
    p50, p99 = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)]
    print(
        f"{name}: {len(times) / seconds:.0f} requests/s, p50 {p50 * 1e3:.1f} ms, "
        f"p99 {p99 * 1e3:.1f} ms, {failed} failed of {len(times)}"
    )
    return p99


async def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host", help="host:port")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    short = texts()
    random.Random(1).shuffle(short)
    calls = [request(given.host, text) for text in short]
    long = [request(given.host, "\n".join(short)[:49_000], reasons=True)]
    times: list[float] = []
    until = time.perf_counter() + given.seconds
    parts = [calls[n :: given.connections] for n in range(given.connections)]
    failed = sum(await asyncio.gather(*(ask(given.host, p, until, times) for p in parts)))
    told(f"{given.connections} connections", times, given.seconds, failed)
    p99 = []
    for name, more in (("one connection", []), ("one, beside a long text", [long])):
        times, others = [], []
        until = time.perf_counter() + given.seconds / 2
        asked = [ask(given.host, calls, until, times)]
        asked += [ask(given.host, one, until, others) for one in more]
        failed = sum(await asyncio.gather(*asked))
        p99.append(told(name, times, given.seconds / 2, failed))
    print(f"p99 beside a long text: {p99[1] / p99[0]:.2f} times as long")


if __name__ == "__main__":
    asyncio.run(main())
