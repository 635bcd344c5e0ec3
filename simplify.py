"""A trained simplifier applied to rough sketches: clean PNG and clean SVG."""

import dataclasses
import logging
import sys
from pathlib import Path

from inkwright.command_line.keys.simplify_keys import SimplifyKeys, help_text, read_keys

_log = logging.getLogger("simplify")
_NOTHING = "no lines found: it is empty; invert, drop_color, flatten and keep_faint change what is seen"


def simplify(keys: SimplifyKeys) -> list[Path]:
    """Cleans every sketch that was asked for; one that can't be used is named and left out.

    Returns:
        The clean pictures and drawings.

    Raises:
        ValueError: there is nothing to clean, a result would take the place of a file that must not be lost,
            or no sketch could be used.
        OSError: a result can't be written.
    """
    from inkwright.simplification.result_files import find_sketches, plan_results

    sketches = find_sketches(Path(keys.input).expanduser())
    planned = plan_results(
        sketches, keys.output, svg=keys.vector != "none", preview=keys.preview, pdf=keys.pdf
    )

    import torch
    from tqdm import tqdm

    from inkwright.simplification.sketch_cleaning import CleaningSettings
    from inkwright.simplification.sketch_file import FileSettings, clean_file
    from inkwright.simplification.weights_file import SHIPPED, load_weights

    torch.set_num_threads(keys.threads)
    network = load_weights(Path(keys.weights) if keys.weights else SHIPPED)
    settings = CleaningSettings(
        size=keys.size,
        scale=keys.scale,
        consolidate=keys.consolidate,  # type: ignore[arg-type]
        flatten=keys.flatten,  # type: ignore[arg-type]
        threshold=keys.threshold,
        line_width=keys.line_width or None,
        vector=keys.vector,  # type: ignore[arg-type]
        refine_steps=keys.refine_steps,
        drop_rules=keys.drop_rules,
        keep_faint=keys.keep_faint,  # type: ignore[arg-type]
        keep_solids=keys.keep_solids,
    )
    shown = FileSettings(**{each.name: getattr(keys, each.name) for each in dataclasses.fields(FileSettings)})
    results: list[Path] = []
    refused = ""
    several = len(planned) > 1
    for files in tqdm(planned, desc="cleaning", disable=not several):
        try:
            cleaned = clean_file(files, network, settings, shown)
        except ValueError as error:
            refused = str(error)
            if several:
                _log.error("left out: %s", refused)
            continue
        results += [path for path in (files.png, files.svg) if path]
        found = (cleaned.lines < 0.5).any() if cleaned.drawing is None else cleaned.drawing.num_shapes
        strokes = "" if cleaned.drawing is None else f", {found} strokes"
        strokes += f" ({cleaned.repeated} repeated others)" if cleaned.repeated else ""
        nothing = "" if found else f" ({_NOTHING})"
        _log.info("Clean: %s%s%s", results[-1], strokes, nothing)
    if not results:
        raise ValueError(refused)
    return results


def main() -> int:
    """The command line; returns the exit status."""
    from inkwright.command_line.deferred_imports import defer_imports
    from inkwright.command_line.entry import ACTIONABLE, INTERRUPTED
    from inkwright.command_line.noise import outlive_listeners

    outlive_listeners()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout, force=True)
    arguments = sys.argv[1:]
    if not arguments or {"-h", "--help"} & set(arguments):
        sys.stdout.write(help_text())
        return 0
    defer_imports()
    try:
        simplify(read_keys(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (ValueError, OSError, ImportError) as error:
        sys.stderr.write(f"error: {error}\n")
        return ACTIONABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
