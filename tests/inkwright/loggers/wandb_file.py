"""Reads W&B's offline file: LevelDB's log format around protocol buffers."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from wandb.proto.wandb_internal_pb2 import Record

BLOCK, FILE_HEADER, RECORD_HEADER = 32 * 1024, 7, 7


def read_records(path: Path) -> list[Record]:
    """Every record of a ``run-*.wandb`` file."""
    content, at, parts, found = path.read_bytes(), FILE_HEADER, [], []
    while at + RECORD_HEADER <= len(content):
        left = BLOCK - at % BLOCK
        if left < RECORD_HEADER:
            at += left
            continue
        length = int.from_bytes(content[at + 4 : at + 6], "little")
        kind = content[at + 6]
        if kind == 0:
            at += left
            continue
        parts.append(content[at + RECORD_HEADER : at + RECORD_HEADER + length])
        at += RECORD_HEADER + length
        if kind in (1, 4):  # whole, or the last part
            record = Record()
            record.ParseFromString(b"".join(parts))
            found.append(record)
            parts = []
    return found


def logged(folder: Path) -> dict[str, Any]:
    """What the only offline run in a folder logged: run, config, history, summary, artifacts, exit code."""
    (path,) = folder.glob("wandb/offline-run-*/run-*.wandb")
    records = _finished(path)

    def of_kind(kind: str) -> list[Any]:
        return [getattr(each, kind) for each in records if each.WhichOneof("record_type") == kind]

    (run,) = of_kind("run")
    config = _named(run.config.update)
    for each in of_kind("config"):
        config.update(_named(each.update))
    summary: dict[str, Any] = {}
    for each in of_kind("summary"):
        summary.update(_named(each.update))
    requests = [each for each in of_kind("request") if each.WhichOneof("request_type") == "log_artifact"]
    return {
        "run": run,
        "config": config,
        "history": [_named(each.item) for each in of_kind("history")],
        "summary": summary,
        "artifacts": [*of_kind("artifact"), *(each.log_artifact.artifact for each in requests)],
        "exit": next((each.exit_code for each in of_kind("exit")), None),
    }


def _finished(path: Path) -> list[Record]:
    """The records once the exit is among them: a process of W&B's own writes them."""
    for _ in range(200):
        records = read_records(path)
        if any(each.WhichOneof("record_type") == "exit" for each in records):
            return records
        time.sleep(0.1)
    raise TimeoutError(f"{path} has no exit record")


def _named(items: Any) -> dict[str, Any]:
    return {each.key or "/".join(each.nested_key): json.loads(each.value_json) for each in items}
