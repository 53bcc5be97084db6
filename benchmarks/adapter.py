"""What the adapter costs at run time: tokens read and written a second with it and without.

Without it the weights are as fast as a file would be into which it is merged, since such a file has
the same tensors in the same quantization. Both servers take turns in one process.

    python -m benchmarks.adapter [ROUNDS [SLOTS]]
"""

import json
import sys
from statistics import median

from benchmarks.embedded import speeds
from benchmarks.machine import machine
from defext.local import adapter_path, shared_server, stop_all, weights_path

ROUNDS, SLOTS = 5, 4


def main() -> None:
    """Measure, print the shares, and the figures as one JSON object in the last line."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    slots = int(sys.argv[2]) if len(sys.argv) > 2 else SLOTS
    shares: list[tuple[float, float]] = []
    for _ in range(rounds):
        (read, written), (plain_read, plain_written) = (
            speeds(shared_server(weights_path(), slots, adapter), 0)
            for adapter in (adapter_path(), None)
        )
        shares.append((read / plain_read, written / plain_written))
        print(f"read {shares[-1][0]:.2f}, written {shares[-1][1]:.2f} of the speed without it")
    stop_all()
    figures = {
        "read": round(median(read for read, _ in shares), 3),
        "written": round(median(written for _, written in shares), 3),
    }
    print(f"median: read {figures['read']:.2f}, written {figures['written']:.2f}")
    told = {"name": "adapter", "machine": machine(), "rounds": rounds, "slots": slots}
    print(json.dumps(told | figures))


if __name__ == "__main__":
    main()
