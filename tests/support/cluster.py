"""A Ray cluster on this machine, in processes of its own, on the loopback alone.

Run as a program it starts a node for each address of a chat server that it is given, whose workers
ask there, and prints its own address. At each line of its input it kills a worker that is at work
and prints which; at the end of its input it ends.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_FOREIGN = re.compile(r"(ANTHROPIC|DEFEXT|OPENAI|RAY)_|.*_PROXY$", re.IGNORECASE)
_SETTINGS = {
    "OPENAI_API_KEY": "none",
    "RAY_AUTH_MODE": "disabled",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # the name for: on the loopback alone
    "RAY_USAGE_STATS_ENABLED": "0",
}
_DRIVER = """
import json, sys
import ray
from defext import DefextError
from defext.corpus.ray import extract_dataset

told = json.loads(sys.argv[1])
ray.init(logging_level="ERROR", log_to_driver=False, runtime_env={"env_vars": told["environment"]})
for rows, settings in told["runs"]:
    try:
        extract_dataset(ray.data.from_items(rows), **settings)
    except DefextError as error:
        print(type(error).__name__, type(error.__cause__).__name__, error, flush=True)
    else:
        print("done", flush=True)
"""

# Rows, and what `extract_dataset` is given with them.
Run = tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class RayCluster:
    """One that runs."""

    process: "subprocess.Popen[str]"
    environment: Mapping[str, str]

    def drive(self, *runs: Run, **environment: str) -> "subprocess.Popen[str]":
        """A program that makes the runs in this environment and prints a line about each."""
        return self.python(_DRIVER, json.dumps({"runs": runs, "environment": environment}))

    def python(self, program: str, *arguments: str) -> "subprocess.Popen[str]":
        """A program on the cluster."""
        return _started(["-c", program, *arguments], self.environment, subprocess.DEVNULL)

    def kill_worker(self) -> int:
        """Kill one that is at work, as the kernel does when memory is out."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@contextmanager
def ray_cluster(urls: Sequence[str]) -> Iterator[RayCluster]:
    """A cluster until the block ends."""
    kept = {name: told for name, told in os.environ.items() if not _FOREIGN.match(name)}
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:
        environment = {**kept, **_SETTINGS, "RAY_TMPDIR": folder, "XDG_CACHE_HOME": folder}
        with _started([__file__, *urls], environment, subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, "Ray did not start."
            yield RayCluster(process, {**environment, "RAY_ADDRESS": address})
            process.stdin.close()


def _started(
    arguments: Sequence[str], environment: Mapping[str, str], stdin: int
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        text=True,
    )


def _main() -> None:
    from ray.cluster_utils import Cluster

    cluster = Cluster(shutdown_at_exit=True)
    for url in sys.argv[1:]:
        cluster.add_node(
            num_cpus=1,
            object_store_memory=80 * 2**20,
            node_ip_address="127.0.0.1",
            include_dashboard=False,
            env_vars={"OPENAI_BASE_URL": url},
        )
    _say(cluster.address)
    for _ in sys.stdin:
        _say(_killed(cluster))
    cluster.shutdown()


def _killed(cluster: Any) -> int:
    import psutil  # comes with Ray

    for _ in range(600):
        for node in cluster.list_all_nodes():
            for process in psutil.Process(node.all_processes["raylet"][0].process.pid).children():
                if process.cmdline()[:1] == ["ray::_Worker.extract"]:
                    process.kill()
                    return int(process.pid)
        time.sleep(0.05)
    raise TimeoutError("No worker was at work.")


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
