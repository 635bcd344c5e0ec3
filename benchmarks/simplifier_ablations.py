"""What matters when a simplifier is trained: loss map, kinds of dirt, patches, kind of data, network.

    python -m benchmarks.simplifier_ablations                    every case, 3 seeds: an hour on one idle core
    python -m benchmarks.simplifier_ablations --studies loss_map --seeds 2 -- steps=200
    python -m benchmarks.simplifier_ablations --gather           only tables and sheets of what is there

The cases are the files of conf/ablation; a sweep (``experiment=simplifier_ablation``) runs those that are not
done, one seed after the other. Within a study every case has the same seeds, and is scored on the same pages.
Numbers go to --results, sheets of pictures to --sheets. What follows ``--`` is handed to every run; at full
scale on a GPU: ``-- steps=20000 trainer.accelerator=gpu datamodule.patch_size=384``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.ablation_scores import REFERENCE, AblationRun, Runs, difference, gather, scores, summary
from benchmarks.ablation_sheets import one_sketch_sheet, studies_sheet
from benchmarks.machine import machine
from callbacks.whole_file import whole_file

ROOT = Path(__file__).resolve().parents[1]
# The first case of a study is what the others are compared with.
STUDIES: dict[str, tuple[str, ...]] = {
    "loss_map": ("loss_map_none", "loss_map_code", "loss_map_paper"),
    "dirt": (REFERENCE, "noise_none", "noise_noise", "noise_tone", "noise_slur"),
    "patches": ("patches_random", "patches_whole"),
    "data": (REFERENCE, "data_ordinary"),
    "network": (REFERENCE, "network_plain", "network_plain_equal_time"),
    "one_sketch": ("one_sketch_none", "one_sketch_paper"),
}
ONE_SKETCH = "one_sketch"
TESTS = ("t1", "t2")
# Of the study of one sketch: epochs that are compared, the last is the end of the run.
EPOCHS = (50, 100, 200)


def sweep(cases: Sequence[str], seeds: int, folder: Path, overrides: Sequence[str]) -> int:
    """Runs what is not done; the exit status of sweep.py."""
    import sweep as entry

    values = ",".join(map(str, range(seeds)))
    arguments = [f"seed={values}", f"ablation={','.join(cases)}", f"hydra.sweep.dir='{folder}'"]
    before = sys.argv
    sys.argv = ["sweep.py", "experiment=simplifier_ablation", *arguments, *overrides]
    try:
        return entry.main()
    finally:
        sys.argv = before


def study_record(runs: Runs, cases: Sequence[str]) -> dict[str, Any]:
    """Scores of each case on T1 and T2, and how far it is above the study's first case."""
    record: dict[str, Any] = {}
    for case in cases:
        row: dict[str, Any] = {
            "steps": runs[case][0].steps,
            "seconds": sum(run.seconds for run in runs[case]) / len(runs[case]),
        }
        for test in TESTS:
            row[test] = {
                score: summary(scores(runs[case], test, score)) for score in ("f1", "precision", "recall")
            }
            if case != cases[0]:
                row[test]["above_first"] = difference(
                    *(scores(runs[each], test) for each in (case, cases[0]))
                )
        record[case] = row
    return record


def one_sketch_record(runs: Runs, cases: Sequence[str]) -> dict[str, Any]:
    """F1 on the sketch itself after 50, 100, 200 epochs: by seed, and the difference of the last case."""
    record: dict[str, Any] = {}
    for epochs in EPOCHS:
        found = {case: scores(runs[case], "t1", step=step_after(runs[case][0], epochs)) for case in cases}
        record[str(epochs)] = {
            **{case: [float(each) for each in values[:, 0]] for case, values in found.items()},
            "above_first": difference(found[cases[-1]], found[cases[0]]),
        }
    return record


def step_after(run: AblationRun, epochs: int) -> int:
    """The step of a run of one sketch after so many epochs."""
    return run.steps * epochs // EPOCHS[-1]


def study_table(study: str, record: dict[str, Any]) -> str:
    """One study as Markdown."""
    lines = [
        f"| {study} | steps | T1 F1 (pages) | seeds | above the first (seeds) | "
        "T2 F1 (pages) | seeds | above the first (seeds) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for case, row in record.items():
        cells = [cell for test in TESTS for cell in _cells(row[test])]
        lines.append(f"| {case} | {row['steps']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def one_sketch_table(record: dict[str, Any]) -> str:
    """F1 after so many epochs as Markdown; the values of a cell are those of the seeds."""
    cases = [case for case in next(iter(record.values())) if case != "above_first"]
    lines = [f"| epochs | {' | '.join(cases)} | above the first (seeds) |", "|---" * (len(cases) + 2) + "|"]
    for epochs, row in record.items():
        values = [", ".join(f"{each:.3f}" for each in row[case]) for case in cases]
        lines.append(f"| {epochs} | {' | '.join(values)} | {_apart(row['above_first'])} |")
    return "\n".join(lines)


def missing(runs: Runs, cases: Sequence[str]) -> str:
    """Which cases of a study have fewer seeds than others, in words; nothing if all are there."""
    seeds = {case: {run.seed for run in runs.get(case, [])} for case in cases}
    most = set().union(*seeds.values())
    lost = {case: sorted(most - each) for case, each in seeds.items() if each != most or not each}
    return ", ".join(f"{case} lacks {f'seeds {some}' if some else 'all'}" for case, some in lost.items())


def record_of(runs: Runs, study: str) -> dict[str, Any]:
    """What a study shows, as numbers."""
    return (one_sketch_record if study == ONE_SKETCH else study_record)(runs, STUDIES[study])


def table_of(study: str, record: dict[str, Any]) -> str:
    """What a study shows, as Markdown."""
    return one_sketch_table(record) if study == ONE_SKETCH else study_table(study, record)


def write_sheets(runs: Runs, studies: Sequence[str], folder: Path) -> None:
    """Pictures of the studies, as far as there are any."""
    compared = {name: STUDIES[name] for name in studies if name != ONE_SKETCH}
    if compared:
        studies_sheet(runs, compared, folder / "simplifier_ablations.png")
    if ONE_SKETCH in studies:
        cases = STUDIES[ONE_SKETCH]
        steps = [step_after(runs[cases[0]][0], epochs) for epochs in EPOCHS]
        one_sketch_sheet(runs, cases, steps, folder / "simplifier_one_sketch.png")


def main() -> int:
    """Run what is missing, gather, print the tables; the exit status, 2 if a run has no result."""
    options = _options()
    status = 0
    if not options.gather:
        cases = dict.fromkeys(case for study in options.studies for case in STUDIES[study])
        status = sweep(list(cases), options.seeds, options.output, options.overrides)
    runs = gather(options.output)
    lacking = {study: missing(runs, STUDIES[study]) for study in options.studies}
    for study, what in lacking.items():
        if what:
            print(f"{study}: not yet, {what}", file=sys.stderr)
            status = 2
    told = [study for study, what in lacking.items() if not what]
    try:
        studies = {study: record_of(runs, study) for study in told}
        write_sheets(runs, told, options.sheets)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    record = {"machine": machine(), "overrides": options.overrides, "studies": studies}
    with whole_file(options.results) as temporary:
        temporary.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for study in told:
        print(f"\n{table_of(study, studies[study])}")
    return status


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--studies", nargs="+", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=Path("outputs/sweeps/simplifier_ablation"))
    parser.add_argument(
        "--results", type=Path, default=ROOT / "benchmarks" / "results" / "simplifier_ablations.json"
    )
    parser.add_argument("--sheets", type=Path, default=ROOT / "docs" / "img", help="folder of the pictures")
    parser.add_argument("--gather", action="store_true", help="run nothing")
    parser.add_argument("overrides", nargs="*", help="more keys for every run, after --")
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error(f"--seeds is {options.seeds}; differences need at least 2")
    return options


def _cells(row: dict[str, Any]) -> tuple[str, str, str]:
    found = row["f1"]
    low, high = found["pages_interval"]
    deviation = found["seeds_deviation"]
    spread = "" if deviation is None else f"± {deviation:.3f}"
    apart = _apart(row["above_first"]) if "above_first" in row else ""
    return f"{found['mean']:.3f} ({low:.3f} to {high:.3f})", spread, apart


def _apart(found: dict[str, Any]) -> str:
    interval = found["seeds_interval"]
    between = "" if interval is None else f" ({interval[0]:+.3f} to {interval[1]:+.3f})"
    mean = f"{found['mean']:+.3f}"
    return f"{f'**{mean}**' if found['clear'] else mean}{between}"


if __name__ == "__main__":
    sys.exit(main())
