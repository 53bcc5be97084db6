"""The machine that a benchmark ran on, as its figures name it."""

import os
import platform


def machine() -> dict[str, str | int | None]:
    """Platform, processors and Python."""
    return {
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
    }
