"""What a script found: a Markdown table, targets and whether they are met, raw numbers beside."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from rig.servers import BENCH

RESULTS = Path(os.environ.get("RESULTS", BENCH / "results"))
ROUNDS = int(os.environ.get("ROUNDS", 9))
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def size_from(variable, default):
    """A size in bytes that the environment may set, such as 300M."""
    text = os.environ.get(variable, default)
    unit = text[-1] if text[-1] in UNITS else ""
    return int(text.removesuffix(unit)) * UNITS[unit]


class Report:
    """One script's run. Within `with`, `folder` is a work folder and processes added to it are stopped at the end."""

    def __init__(self, title):
        self.title, self.name = title, Path(sys.argv[0]).name
        self.raw, self.tables, self.targets, self.processes = defaultdict(list), [], [], []

    def __enter__(self):
        self.began = time.monotonic()
        self.folder = Path(tempfile.mkdtemp(prefix="larder-bench."))
        self.folder.chmod(0o755)
        return self

    def started(self, process):
        self.processes.append(process)
        return process

    def stopped(self, process):
        self.processes.remove(process)
        process.stop()

    def __exit__(self, kind, error, _):
        broken = error is not None and kind is not SystemExit
        for process in reversed(self.processes):
            if broken:
                print(f"--- {process.name}\n{process.tail()}", file=sys.stderr)
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if not broken:
            self._finish()

    def until(self, what, condition, seconds=120):
        """Asks again and again until it is so."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"not within {seconds} s: {what}")
            time.sleep(0.1)

    def interleave(self, measurements, rounds=None):
        """Runs each measurement once a round, in turn; each is named and answers a dict of numbers."""
        for number in range(rounds or ROUNDS):
            for name, measure in measurements.items():
                figures = measure()
                self.raw[name].append(figures)
                self.note(f"round {number + 1} {name}: " + ", ".join(f"{k} {v:.4g}" for k, v in figures.items()))

    def median(self, name, figure):
        return statistics.median(run[figure] for run in self.raw[name])

    def cell(self, name, figure, form="{:.2f}"):
        """The median, and the least and the most."""
        values = [run[figure] for run in self.raw[name]]
        text = form.format(statistics.median(values))
        return f"{text} ({form.format(min(values))}–{form.format(max(values))})" if len(values) > 1 else text

    def table(self, head, rows):
        lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        self.tables.append("\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]))

    def target(self, what, value, comparison, limit, promise=False, form="{:.2f}"):
        """A target; a promise fails the script when it is missed, a speed does not."""
        met = value <= limit if comparison == "<=" else value >= limit
        self.targets.append({"what": what, "value": value, "text": form.format(value), "target": f"{comparison} {limit}",
                             "met": met, "promise": promise})

    def note(self, text):
        print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)

    def _finish(self):
        rows = [[t["what"], t["text"], t["target"].replace("<=", "≤").replace(">=", "≥"), "yes" if t["met"] else "**no**"]
                for t in self.targets]
        self.table(["what", "measured", "target", "met"], rows)
        text = f"### {self.title}\n\n" + "\n\n".join(self.tables) + "\n"
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / f"{self.name}.md").write_text(text)
        raw = {"rounds": self.raw, "targets": self.targets, "seconds": time.monotonic() - self.began}
        (RESULTS / f"{self.name}.json").write_text(json.dumps(raw, indent=1))
        print(text)
        missed = [t["what"] for t in self.targets if t["promise"] and not t["met"]]
        if missed:
            sys.exit(f"{self.name}: missed: {'; '.join(missed)}")
