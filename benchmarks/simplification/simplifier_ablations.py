"""What matters when a simplifier is trained: loss map, kinds of dirt, patches, kind of data, network.

    python -m benchmarks.simplification.simplifier_ablations    3 seeds of all: an hour on an idle core
    python -m benchmarks.simplification.simplifier_ablations --studies loss_map --seeds 2 -- steps=200
    python -m benchmarks.simplification.simplifier_ablations --gather    only tables and sheets

The cases are the files of conf/ablation; a sweep (``experiment=simplifier_ablation``) runs those that are not
done, one seed after the other. Within a study every case has the same seeds, and is scored on the same pages.
Numbers go to --results, sheets of pictures to --sheets. What follows ``--`` is handed to every run; at full
scale on a GPU: ``-- steps=20000 trainer.accelerator=gpu datamodule.patch_size=384``.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import RESULTS, ROOT, keep, markdown, options_parser
from benchmarks.simplification.ablation_scores import (
    REFERENCE,
    AblationRun,
    Runs,
    difference,
    gather,
    scores,
    sources,
    summary,
)
from benchmarks.simplification.ablation_sheets import one_sketch_sheet, studies_sheet

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


def sweep(cases: Sequence[str], seeds: range, folder: Path, overrides: Sequence[str]) -> int:
    """Runs what is not done; the exit status of sweep.py."""
    import sweep as entry

    values = ",".join(map(str, seeds))
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
    """F1 and squared error on the sketch itself after 50, 100, 200 epochs: by seed, and how far apart."""
    record: dict[str, Any] = {}
    for epochs in EPOCHS:
        found = {case: _fits(runs[case], epochs) for case in cases}
        record[str(epochs)] = {
            measure: {
                **{case: [float(each) for each in fits[measure][:, 0]] for case, fits in found.items()},
                "above_first": difference(*(found[case][measure] for case in (cases[-1], cases[0]))),
            }
            for measure in ("F1", "squared error")
        }
    return record


def _fits(runs: list[AblationRun], epochs: int) -> dict[str, NDArray[np.float64]]:
    """[seeds, 1] each measure of how well runs fit their sketch."""
    step = step_after(runs[0], epochs)
    return {
        "F1": scores(runs, "t1", step=step)[:, :1],
        "squared error": np.array([[run.logged("t1/mse", step)] for run in runs]),
    }


def step_after(run: AblationRun, epochs: int) -> int:
    """The step of a run of one sketch after so many epochs."""
    return run.steps * epochs // EPOCHS[-1]


def study_table(study: str, record: dict[str, Any]) -> str:
    """One study as Markdown."""
    head = " | ".join(f"{test.upper()} F1 (pages) | seeds | above the first (seeds)" for test in TESTS)
    rows = [
        [case, row["steps"], *(cell for test in TESTS for cell in _cells(row[test]))]
        for case, row in record.items()
    ]
    return markdown(f"{study} | steps | {head}", rows)


def one_sketch_table(record: dict[str, Any]) -> str:
    """The fit to one sketch after so many epochs as Markdown; the values of a cell are those of the seeds."""
    cases = STUDIES[ONE_SKETCH]
    rows = []
    for epochs, measures in record.items():
        for measure, row in measures.items():
            values = [", ".join(f"{each:.3f}" for each in row[case]) for case in cases]
            rows.append([epochs, measure, *values, _apart(row["above_first"])])
    return markdown(" | ".join(["epochs | on the sketch itself", *cases, "last above first (seeds)"]), rows)


def missing(runs: Runs, cases: Sequence[str], seeds: range) -> str:
    """Which cases of a study lack which seeds, in words; nothing if all are there."""
    lost = {case: sorted({*seeds} - {run.seed for run in runs.get(case, [])}) for case in cases}
    return ", ".join(f"{case} lacks seeds {some}" for case, some in lost.items() if some)


def told_cases(runs: Runs, study: str, seeds: range) -> tuple[str, ...]:
    """The cases of a study that have every seed; none if there is nothing to compare them with."""
    cases = tuple(case for case in STUDIES[study] if not missing(runs, [case], seeds))
    return cases if len(cases) > 1 and cases[0] == STUDIES[study][0] else ()


def table_of(study: str, record: dict[str, Any]) -> str:
    """What a study shows, as Markdown."""
    return one_sketch_table(record) if study == ONE_SKETCH else study_table(study, record)


def write_sheets(runs: Runs, told: Mapping[str, Sequence[str]], folder: Path) -> None:
    """Pictures of the studies, as far as there are any."""
    compared = {name: cases for name, cases in told.items() if name != ONE_SKETCH}
    if compared:
        studies_sheet(runs, compared, folder / "simplifier_ablations.png")
    if ONE_SKETCH in told:
        cases = told[ONE_SKETCH]
        steps = {epochs: step_after(runs[cases[0]][0], epochs) for epochs in EPOCHS}
        one_sketch_sheet(runs, cases, steps, folder / "simplifier_one_sketch.png")


def main() -> int:
    """Run what is missing, gather, print the tables; the exit status, 2 if a run has no result."""
    options = _options()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    status = 0
    if not options.gather:
        cases = dict.fromkeys(case for study in options.studies for case in STUDIES[study])
        status = sweep(list(cases), seeds, options.output, options.overrides)
    runs = gather(options.output, seeds)
    for study in options.studies:
        if lacking := missing(runs, STUDIES[study], seeds):
            print(f"{study}: {lacking}", file=sys.stderr)
            status = 2
    told = {study: these for study in options.studies if (these := told_cases(runs, study, seeds))}
    try:
        studies = {
            study: (one_sketch_record if study == ONE_SKETCH else study_record)(runs, cases)
            for study, cases in told.items()
        }
        write_sheets(runs, told, options.sheets)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    record = {
        "runs": sources(run for cases in told.values() for case in cases for run in runs[case]),
        "seeds": list(seeds),
        "studies": studies,
    }
    keep(options.results, record)
    for study, numbers in studies.items():
        print(f"\n{table_of(study, numbers)}")
    return status


def _options() -> argparse.Namespace:
    parser = options_parser(__doc__)
    parser.add_argument("--studies", nargs="+", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--first-seed", type=int, default=0, help="fresh seeds tell whether a finding holds")
    parser.add_argument("--output", type=Path, default=Path("outputs/sweeps/simplifier_ablation"))
    parser.add_argument("--results", type=Path, default=RESULTS / "simplifier_ablations.json")
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
