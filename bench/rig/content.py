"""Blobs of any size that cost nothing to make: a slice of one file of random bytes, and a tail of their own.

Since the tail comes last, the digest of the next blob of the same size is a copied hash state and 64 more bytes.
"""
# SPDX-License-Identifier: Apache-2.0
import functools
import hashlib
import mmap
import os
import random
from dataclasses import dataclass
from pathlib import Path

TAIL = 64
PIECE = 1 << 20


@dataclass(frozen=True)
class Blob:
    """`size` bytes: the pool's from `offset` on, up to the tail."""

    digest: str
    size: int
    offset: int
    tail: bytes

    @property
    def body(self):
        return self.size - len(self.tail)


class Pool:
    """The file of random bytes, the same on every machine."""

    def __init__(self, path: Path, size: int):
        if not path.exists() or path.stat().st_size < size:
            _write(path, size)
        self.path = path
        with open(path, "rb") as file:
            self.bytes = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def blob(self, size: int, serial: str, offset: int = 0) -> Blob:
        tail = hashlib.sha512(serial.encode()).digest()[: min(TAIL, size)]
        hasher = self._hashed(offset, size - len(tail)).copy()
        hasher.update(tail)
        return Blob("sha256:" + hasher.hexdigest(), size, offset, tail)

    @functools.lru_cache(4096)
    def _hashed(self, offset, size):
        return hashlib.sha256(self.bytes[offset : offset + size])

    def differs(self, blob: Blob, at: int, got) -> bool:
        """Whether these bytes are not the blob's from `at` on."""
        body = max(0, min(blob.body - at, len(got)))
        start = blob.offset + at
        rest = max(0, at - blob.body)
        tail = blob.tail[rest : rest + len(got) - body]
        return self.bytes[start : start + body] != memoryview(got)[:body] or tail != bytes(got[body:])


def _write(path, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with open(part, "wb") as file:
        for number in range(0, size, PIECE):
            file.write(random.Random(number).randbytes(min(PIECE, size - number)))
    part.rename(path)
