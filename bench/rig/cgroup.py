"""A memory limit for a process, by the control groups of either version."""
# SPDX-License-Identifier: Apache-2.0
import os
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


class NoControlGroups(Exception):
    """This machine does not let us set limits."""


class MemoryLimit:
    """A group of processes whose memory, page cache included, is at most so many bytes."""

    def __init__(self, limit):
        self.version = 2 if (ROOT / "cgroup.controllers").exists() else 1
        parent = ROOT if self.version == 2 else ROOT / "memory"
        self.group = parent / f"larder-bench-{os.getpid()}"
        try:
            if self.version == 2:
                (ROOT / "cgroup.subtree_control").write_text("+memory")
            self.group.mkdir()
            (self.group / ("memory.max" if self.version == 2 else "memory.limit_in_bytes")).write_text(str(limit))
        except OSError as error:
            raise NoControlGroups(str(error)) from error

    def enter(self):
        """Moves the process that calls this."""
        (self.group / "cgroup.procs").write_text(str(os.getpid()))

    def kills(self):
        """How many processes were killed for want of memory."""
        events = self.group / ("memory.events" if self.version == 2 else "memory.oom_control")
        return int(dict(line.split() for line in events.read_text().splitlines())["oom_kill"])

    def remove(self):
        """Once its processes are gone."""
        self.group.rmdir()
