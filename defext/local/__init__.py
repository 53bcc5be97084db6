"""The embedded model: its weights on this machine and the llama.cpp server that runs them."""

from defext.local.adapter import ADAPTER, adapter_path
from defext.local.server import SLOTS, ServerAddress, serve, shared_server, stop_all
from defext.local.slots import Slots, shared_slots
from defext.local.weights import (
    EMBEDDED,
    InstalledModel,
    Weights,
    list_models,
    local_file,
    models_folder,
    pull,
    weights_path,
)

__all__ = [
    "ADAPTER",
    "EMBEDDED",
    "SLOTS",
    "InstalledModel",
    "ServerAddress",
    "Slots",
    "Weights",
    "adapter_path",
    "list_models",
    "local_file",
    "models_folder",
    "pull",
    "serve",
    "shared_server",
    "shared_slots",
    "stop_all",
    "weights_path",
]
