"""Clients: many that discard in the kernel, and ones that compare what they get."""
# SPDX-License-Identifier: Apache-2.0
import hashlib
import http.client
import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rig.servers import BENCH, REPOSITORY

ACCEPT = "application/vnd.oci.image.manifest.v1+json"
PIECE = 256 * 1024


def blob_path(digest):
    return f"/v2/{REPOSITORY}/blobs/{digest}"


def manifest_path(reference):
    return f"/v2/{REPOSITORY}/manifests/{reference}"


compiling = threading.Lock()


def pull_program():
    """`pull.c`, compiled when it is newer than the program."""
    source, program = BENCH / "pull.c", BENCH / "build" / "pull"
    with compiling:
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            program.parent.mkdir(exist_ok=True)
            subprocess.run(["cc", "-O2", "-Wall", "-pthread", "-o", program, source], check=True)
    return program


def discard(port, path, connections=1, times=1):
    """The seconds, bytes and first bytes of clients that throw away what they get."""
    command = [str(pull_program()), str(port), path, str(connections), str(times)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


# What a client meets whose pull fails; it may try again.
FAILURES = (OSError, http.client.HTTPException)


class Wrong(Exception):
    """Bytes that are not the blob's: the one thing that must never happen."""


class Client:
    """One connection to a server, which compares all that it gets with what it should be."""

    def __init__(self, server, pool, timeout=120):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
        self.pool = pool

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def ask(self, path, headers=None, method="GET"):
        self.connection.request(method, path, headers=headers or {})
        return self.connection.getresponse()

    def whole(self, blob, leave_after=None):
        """Gets the blob, or goes away after some bytes of it; the number of bytes."""
        return self._read(self.ask(blob_path(blob.digest)), 200, blob, 0, blob.size, leave_after)

    def part(self, blob, start, end, leave_after=None):
        """The same with the bytes from `start` to before `end`."""
        answer = self.ask(blob_path(blob.digest), {"Range": f"bytes={start}-{end - 1}"})
        return self._read(answer, 206, blob, start, end, leave_after)

    def _read(self, answer, status, blob, start, end, leave_after):
        if answer.status != status:
            raise ConnectionError(f"status {answer.status}")
        if int(answer.headers["Content-Length"]) != end - start:
            raise Wrong(f"{blob.digest} {start}-{end}: {answer.headers['Content-Length']} bytes announced")
        at = start
        while piece := answer.read(PIECE):
            if self.pool.differs(blob, at, piece):
                raise Wrong(f"{blob.digest} differs within {len(piece)} bytes from {at}")
            at += len(piece)
            if leave_after is not None and at - start >= leave_after:
                self.connection.close()
                return at - start
        if at != end:
            raise ConnectionError("cut short")
        return at - start

    def manifest(self, reference, digest):
        answer = self.ask(manifest_path(reference), {"Accept": ACCEPT})
        body = answer.read()
        if answer.status != 200:
            raise ConnectionError(f"status {answer.status}")
        if "sha256:" + hashlib.sha256(body).hexdigest() != digest:
            raise Wrong(f"{reference} is not {digest}")
        return body

    def small_blob(self, digest):
        answer = self.ask(blob_path(digest))
        body = answer.read()
        if answer.status != 200:
            raise ConnectionError(f"status {answer.status}")
        if "sha256:" + hashlib.sha256(body).hexdigest() != digest:
            raise Wrong(f"whole body of {digest}")


def at_once(count, what):
    """Calls `what(number)` from so many threads that start together; the results, or the first error."""
    gate = threading.Barrier(count)

    def run(number):
        gate.wait()
        return what(number)

    with ThreadPoolExecutor(count) as threads:
        return [f.result() for f in [threads.submit(run, n) for n in range(count)]]
