"""Load and check a plan, against PyYAML's C parse of the same files: the real plan, and a made one of 10,000 tasks.

    .venv/bin/python bench/load.py [--tasks 10000] [--json]

Inner time: after imports, garbage collector off in both, the best of several runs in turn. «Load and check» is all that
`kehoach check` does to the files: bytes, hash, YAML, schema, every check, and coverage.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import plan  # noqa: E402

REAL = ROOT / "plan" / "phu-la-2025"
PER_FILE = 500
PER_SECTION = 50
PER_PART = 4000
PARTS = ("II", "III", "IV")
LIMIT = 1.5
"""The contract: design section 8 and the issue's «Measured»."""


def made_plan(folder: Path, tasks: int) -> None:
    """A plan of so many tasks over the real plan's units, its source text beside it: every clause is quoted once."""
    shutil.copy(REAL / "escalation.yaml", folder)
    _write(folder, "calendar.yaml", _read("calendar.yaml") | {"rounds": []})
    units = [{key: held for key, held in each.items() if key != "section"} for each in _read("units.yaml")["units"]]
    _write(folder, "units.yaml", {"units": units})
    head = _read("plan.yaml")
    head |= {
        "obliges": list(PARTS[: -(-tasks // PER_PART)]),
        "excluded": [{"clause": "I", "why": "–"}, {"clause": "đề mục", "why": "–"}],
        "questions": [],
    }
    _write(folder, "plan.yaml", head)
    (folder / "targets.yaml").write_text("targets: []\n", "utf-8")
    leads = ["ldtbxh", "cong-an", "truong", "tram-y-te", "tu-phap", "tai-chinh", "to-dan-pho", "ubnd-phuong"]
    (folder / "tasks").mkdir()
    source = ["I. MỤC ĐÍCH", "- Nêu mục đích."]
    for first in range(0, tasks, PER_FILE):
        lines = [f"unit: {leads[first // PER_FILE % len(leads)]}", "tasks:"]
        for index in range(first, min(first + PER_FILE, tasks)):
            part, section, number = index // PER_PART, index % PER_PART // PER_SECTION + 1, index % PER_SECTION + 1
            if index % PER_PART == 0:
                source.append(f"{PARTS[part]}. NHIỆM VỤ PHẦN {part + 1}")
            if number == 1:
                source.append(f"{section}. Lĩnh vực {section}")
            lines += _task(index, f"{PARTS[part]}.{section}-{number}")
            source += ["- " + each if place == 0 else each for place, each in enumerate(_wrapped(_words(index)))]
        (folder / "tasks" / f"{first // PER_FILE + 1:02}.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "source.txt").write_text("\n\n".join(source) + "\n", "utf-8")


def _read(name: str) -> dict[str, Any]:
    """Scalars as texts, as the plan language reads them."""
    held: dict[str, Any] = yaml.load((REAL / name).read_text("utf-8"), yaml.BaseLoader)
    return held


def _write(folder: Path, name: str, held: dict[str, Any]) -> None:
    (folder / name).write_text(yaml.safe_dump(held, allow_unicode=True, sort_keys=False), "utf-8")


def _words(index: int) -> str:
    if index % 4 == 0:
        return (
            f"Báo cáo kết quả thực hiện công tác bảo vệ, chăm sóc trẻ em số {index} 6 tháng (trước ngày 14/5/2025) và "
            "một năm (trước ngày 14/11/2025)."
        )
    return (
        f"Thường xuyên rà soát, cập nhật phần mềm quản lý số liệu trẻ em khu vực {index}; phối hợp tuyên truyền, "
        "vận động nhân dân thực hiện tốt công tác bảo vệ, chăm sóc trẻ em trên địa bàn."
    )


def _wrapped(text: str) -> list[str]:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 78:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _task(index: int, clause: str) -> list[str]:
    lines = [f"  - id: nhiem-vu-{index}", f"    title: Nhiệm vụ số {index} về công tác trẻ em của phường"]
    lines += [f"    kind: {'report' if index % 4 == 0 else 'continuous'}"]
    lines += ["    source:", f"      - clause: {clause}", "        quote: >-"]
    lines += [f"          {each}" for each in _wrapped(_words(index))]
    if index % 4 == 0:
        lines += [
            "    deadlines:",
            "      - { period: 6-thang, label: 6 tháng, before: 2025-05-14, basis: stated, set_by: cấp trên }",
            "      - { period: nam, label: một năm, before: 2025-11-14, basis: stated, set_by: cấp trên }",
            "    to: ubnd-quan",
            "    evidence: document",
        ]
    return lines


def best(functions: list[Callable[[], object]], runs: int) -> list[float]:
    """The best time of each, in seconds, the functions taking turns so that noise meets all."""
    times = [float("inf")] * len(functions)
    gc.collect()
    gc.disable()
    try:
        for _ in range(runs):
            for place, function in enumerate(functions):
                begun = time.perf_counter()
                function()
                times[place] = min(times[place], time.perf_counter() - begun)
    finally:
        gc.enable()
    return times


def measure(folder: Path, runs: int) -> dict[str, float | int]:
    """Milliseconds of the yardstick, of load and check, and of the hash pass that unchanged files cost."""
    texts = [each.read_text("utf-8") for each in [*folder.glob("*.yaml"), *folder.glob("tasks/*.yaml")]]

    def yardstick() -> None:
        for text in texts:
            yaml.load(text, yaml.CSafeLoader)

    def checked() -> None:
        assert plan.coverage(plan.load(folder)).complete

    checked()
    yard, load, hashed = best([yardstick, checked, lambda: plan.content_hash(folder)], runs)
    return {
        "tasks": len(plan.load(folder).tasks),
        "bytes": sum(len(text.encode()) for text in texts),
        "c_yaml_ms": round(yard * 1000, 1),
        "load_and_check_ms": round(load * 1000, 1),
        "ratio": round(load / yard, 2),
        "hash_ms": round(hashed * 1000, 2),
    }


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    options.add_argument("--tasks", type=int, default=10_000)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    results = [measure(REAL, 15)]
    with tempfile.TemporaryDirectory() as folder:
        made_plan(Path(folder), asked.tasks)
        results.append(measure(Path(folder), 3))
    if asked.json:
        print(json.dumps(results))
    else:
        for each in results:
            print(f"{each['tasks']:>6} tasks, C YAML {each['c_yaml_ms']:>7} ms, load + check", end=" ")
            print(f"{each['load_and_check_ms']:>7} ms: {each['ratio']} (limit {LIMIT}); hash {each['hash_ms']} ms")
    return 0 if all(each["ratio"] <= LIMIT for each in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
