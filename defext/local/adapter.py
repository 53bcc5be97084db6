"""The adapter that teaches the embedded weights the task: a LoRA in the package, pinned by digest.

`training/` made it; docs/training.md tells how.
"""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from defext.errors import WeightsDamaged
from defext.local.weights import EMBEDDED, Weights

ADAPTER = Weights(
    name="adapter.gguf",
    size=36_956_352,
    sha256="bca8f8c3cd39ab2e1634c4d4673b05d0cc8d93b26fa9e94b8ab8d1f2ac5f2b34",
    licence=EMBEDDED.licence,
)


@cache
def adapter_path() -> Path:
    """The path of the adapter, ready to load; its digest is checked once a process.

    Raises WeightsDamaged if it is missing or not the pinned file.
    """
    path = Path(str(files("defext.local"))) / ADAPTER.name
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsDamaged(
            f"The adapter cannot be read: {error}. Install defext anew."
        ) from error
    if digest != ADAPTER.sha256:
        raise WeightsDamaged(
            f"The adapter {path} is not the one of this version: its SHA-256 digest is {digest}, "
            f"not {ADAPTER.sha256}. Install defext anew."
        )
    return path
