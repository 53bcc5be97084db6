"""The figures as a table, and what defext's are in proportion to each peer's."""

from collections.abc import Mapping
from typing import Any

# Figure, its name in the table, its decimals, and whether a ratio of it is told.
_ROWS = (
    ("detection_f1", "detection F1", 3, True),
    ("strict_f1", "strict F1", 3, True),
    ("strict_f1_talk", "  talk", 3, True),
    ("strict_f1_request", "  request", 3, True),
    ("strict_f1_commitment", "  commitment", 3, True),
    ("label_accuracy", "label accuracy", 3, True),
    ("documents_failed", "documents failed", 0, False),
    ("records", "records", 0, False),
    ("quote_not_in_text", "quote not in the text", 3, False),
    ("quote_differs_from_place", "quote placed on other words", 3, False),
    ("right_a_minute", "right records a minute", 2, True),
    ("seconds_median", "seconds a document, median", 1, True),
    ("seconds_total", "seconds, total", 1, True),
    ("input_tokens", "input tokens", 0, True),
    ("cached_tokens", "  of these cached", 0, False),
    ("output_tokens", "output tokens", 0, True),
    ("calls", "model calls", 0, True),
    ("cut_off", "answers cut off", 0, False),
)
_OURS = "defext"


def ratios(systems: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float | None]]:
    """Of each figure, defext's divided by the peer's; None where there is nothing to divide by."""
    ours = systems[_OURS]
    return {
        peer: {
            key: ours[key] / theirs[key] if ours[key] is not None and theirs[key] else None
            for key, _, _, told in _ROWS
            if told
        }
        for peer, theirs in systems.items()
        if peer != _OURS
    }


def table(systems: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures by system, and the ratios below."""
    lines = [_line("", systems)]
    for key, name, decimals, _ in _ROWS:
        lines.append(_line(name, [_figure(told[key], decimals) for told in systems.values()]))
    by_peer = ratios(systems)
    lines += ["", _line(f"{_OURS} divided by", by_peer)]
    for key, name, _, told in _ROWS:
        if told:
            lines.append(_line(name, [_figure(peer[key], 2) for peer in by_peer.values()]))
    return "\n".join(lines)


def _line(name: str, cells: Any) -> str:
    return f"{name:28}" + "".join(f"{cell:>13}" for cell in cells)


def _figure(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"
