"""Where a value stands: the line of a path, in the file itself or in the overlay that gave the value.

Only asked once something is wrong, so the normal path keeps no positions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yaml.nodes import Node

from plan.overlay import identity
from plan.problems import Finding, Path, Problem
from plan.reading import line_of


class Places:
    """The nodes of every file that could be read, and the merged values that paths lead through."""

    def __init__(
        self,
        nodes: Callable[[str], Node | None],
        merged: Mapping[str, Any],
        overlay: str | None,
        laid: Mapping[str, Any],
    ) -> None:
        self.nodes = nodes
        self.merged = merged
        self.overlay = overlay
        self.laid = laid
        """The overlay's values by file kind."""

    def problem(self, finding: Finding) -> Problem:
        file, line = self.find(finding.file, finding.path)
        return Problem(finding.code, file, line, finding.values)

    def find(self, file: str, path: Path) -> tuple[str, int]:
        """(file, line): the overlay's where it holds the value, else the file's own, else the nearest thing above."""
        kind = "tasks" if "/" in file else file.removesuffix(".yaml")
        if self.overlay is not None and file != self.overlay and kind in self.laid:
            steps = self._in_overlay(self.merged.get(file), self.laid[kind], path)
            whole_item = bool(path) and isinstance(path[-1], int) and line_of(self.nodes(file), path)[1]
            if steps is not None and not whole_item:
                return self.overlay, line_of(self.nodes(self.overlay), (kind, *steps))[0]
        node = self.nodes(file)
        line, whole = line_of(node, path)
        if not whole and path and path[-1] == "unit" and len(path) == 3:
            # A task without a unit of its own has the file's.
            of_file, whole = line_of(node, ("unit",))
            line = of_file if whole else line
        return file, line

    def _in_overlay(self, merged: Any, laid: Any, path: Path) -> Path | None:
        """`path` as it runs through the overlay's own lists, or None where the value is not the overlay's."""
        steps: list[str | int] = []
        for step in path:
            if isinstance(step, int) and isinstance(laid, list):
                name = identity(merged[step]) if isinstance(merged, list) and step < len(merged) else None
                at = next((place for place, each in enumerate(laid) if name and identity(each) == name), None)
                if at is None:
                    return None
                merged, laid = merged[step], laid[at]
                steps.append(at)
            elif isinstance(laid, dict) and step in laid:
                merged = merged.get(step) if isinstance(merged, dict) else None
                laid = laid[step]
                steps.append(step)
            else:
                return None
        return tuple(steps)
