"""What the numbers were made on and with."""
# SPDX-License-Identifier: Apache-2.0
import os
import platform
import re
import subprocess
from pathlib import Path

from rig.servers import ROOT, ci


def _said(*command):
    """What a program says of itself, on either output, whatever its exit code."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[0]


def _first(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    return found[1].strip() if found else "?"


def described():
    """Rows of name and value."""
    cpu = Path("/proc/cpuinfo").read_text()
    memory = int(_first(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())) / (1 << 20)
    java = ci("$(jdk25)") + "/bin/java"
    model, kernel = _first(r"^model name\s*:(.*)$", cpu), _first(r"^([0-9.]+)", platform.release())
    return [
        ("machine", f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, Linux {kernel}"),
        ("larder", "commit " + _said("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")),
        ("Java", _said(java, "-version")),
        ("nginx", _first(r"nginx/(\S+)", _said("/usr/sbin/nginx", "-v"))),
        ("reference registry", ci("$REGISTRY_VERSION")),
        ("wrk", _first(r"wrk (?:debian/)?(\S+)", _said("wrk", "-v"))),
        ("Python", platform.python_version()),
    ]
