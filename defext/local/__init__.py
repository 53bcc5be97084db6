"""The embedded model: its weights on this machine and the llama.cpp server that runs them."""

from defext.local.prefix import share_prefix
from defext.local.server import ServerAddress, serve, shared_server, stop_all
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
    "EMBEDDED",
    "InstalledModel",
    "ServerAddress",
    "Weights",
    "list_models",
    "local_file",
    "models_folder",
    "pull",
    "serve",
    "share_prefix",
    "shared_server",
    "stop_all",
    "weights_path",
]
