"""Programs under test: started with their output in files, measured by /proc, ended by their ids."""
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """A program that runs until `stop`."""

    def __init__(self, name, command, folder: Path, cgroup=None, **more):
        self.name, self.log = name, folder / f"{name}.log"
        self.started = time.monotonic()
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                [str(c) for c in command],
                stdin=subprocess.DEVNULL, stdout=more.pop("stdout", log), stderr=log,
                preexec_fn=cgroup.enter if cgroup else None, **more)

    @property
    def pid(self):
        return self.child.pid

    def pids(self):
        """Its own and those of its children, such as nginx's workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid] + [int(c) for c in children]

    def cpu_seconds(self):
        """User and system time so far, of all its threads and children."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def status(self, key):
        """A number of /proc/PID/status: RssAnon in kB, Threads and so on."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def anonymous_mb(self):
        """Anonymous memory in MB: what is no file's page."""
        return self.status("RssAnon") * 1024 / 1e6

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def written_bytes(self):
        """Bytes that it caused to be written to a block device, less those that were cut off before."""
        io = dict(line.split(": ") for line in Path(f"/proc/{self.pid}/io").read_text().splitlines())
        return int(io["write_bytes"]) - int(io["cancelled_write_bytes"])

    def alive(self):
        return self.child.poll() is None

    def wait_for(self, url, seconds=60):
        """Until the url answers 200; the seconds since the start of the process."""
        while True:
            try:
                with urllib.request.urlopen(url, timeout=seconds):
                    return time.monotonic() - self.started
            except (urllib.error.URLError, OSError):
                waited = time.monotonic() - self.started
                if not self.alive() or waited > seconds:
                    self.stop()
                    raise RuntimeError(f"{self.name} does not answer: {self.tail()}") from None
                time.sleep(0.01)

    def tail(self):
        return "\n".join(line[:300] for line in self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self, how=signal.SIGTERM):
        if self.alive():
            self.child.send_signal(how)
            try:
                self.child.wait(60)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
