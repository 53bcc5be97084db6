"""Compares what `import defext` costs with what `import openai` costs, in processor time.

Every import runs in a fresh interpreter, the systems in turn, so that a busy machine troubles all
alike. The figure is user plus system time of the whole process; what a bare interpreter needs,
measured in the same way, is subtracted from the medians before they are compared.
"""

import json
import os
import statistics
import subprocess
import sys

from benchmarks.machine import machine

ROUNDS = 10
PROGRAMS = {"bare": "pass", "defext": "import defext", "openai": "import openai"}


def cpu_seconds(program: str) -> float:
    """User and system time that a fresh interpreter spends on the program."""
    process = subprocess.Popen([sys.executable, "-c", program])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"`{program}` failed")
    return round(usage.ru_utime + usage.ru_stime, 6)


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    for program in PROGRAMS.values():  # byte code and the disk cache are warm from here on
        cpu_seconds(program)
    runs: dict[str, list[float]] = {system: [] for system in PROGRAMS}
    for _ in range(ROUNDS):
        for system, program in PROGRAMS.items():
            runs[system].append(cpu_seconds(program))

    median = {system: statistics.median(times) for system, times in runs.items()}
    net = {system: median[system] - median["bare"] for system in ("defext", "openai")}
    ratio = net["defext"] / net["openai"]

    print(f"Processor time of an import: median of {ROUNDS} fresh interpreters, in milliseconds")
    print(f"{'':8}{'process':>9}{'import':>9}")
    print(f"{'bare':8}{median['bare'] * 1000:9.1f}")
    for system, seconds in net.items():
        print(f"{system:8}{median[system] * 1000:9.1f}{seconds * 1000:9.1f}")
    print(f"defext / openai: {ratio:.3f}")
    print(
        json.dumps(
            {
                "name": "import_time",
                "machine": machine(),
                "systems": {
                    system: {
                        "cpu_seconds": times,
                        "median": round(median[system], 6),
                        "net_of_bare": round(net.get(system, 0.0), 6),
                    }
                    for system, times in runs.items()
                },
                "ratio": round(ratio, 4),
            }
        )
    )


if __name__ == "__main__":
    main()
