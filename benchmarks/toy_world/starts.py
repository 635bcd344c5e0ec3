"""Do strokes start on the thing? The share of the chances that lies on it, as a table and JSON.

    python -m benchmarks.toy_world.starts --sheet starts.png

``toy_text_sketch`` draws the places of its strokes by lot from the attention to a painted guide. Guides are
painted for eight prompts; what differs from white by more than a quarter is the thing. Chances: by the map of
the recipe, all that the start of the prompt does not get, and by the attention to the word for the thing.
"""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import RESULTS, keep, markdown, options_parser, save_png
from benchmarks.toy_world.soft_obr import guide_painter
from inkwright.initialization.sampled_strokes.start_places import sample_places, start_probabilities

PROMPTS = (
    "a red heart", "a blue umbrella", "a purple hat", "a green star", "a yellow fish", "an orange cat",
    "a pink flower", "a blue bird",
)  # fmt: skip
STROKES = 48
TEMPERATURES = (0.5, 0.15)  # as published, and of toy_text_sketch
Picture = NDArray[np.float32]


def painted(prompt: str, *, by_word: bool) -> tuple[Picture, Picture]:
    """The guide [H, W, 3] and a map of attention [H, W], as ``toy_text_sketch`` gets them."""
    where: dict[str, Any] = {"token": prompt.split()[-1]}
    if not by_word:
        where = {"cross_layer": "up_blocks.1.attentions.1", "all_but_start": True}
    return guide_painter(prompt, **where)()


def thing_of(picture: Picture) -> NDArray[np.bool_]:
    """[H, W] what is not paper in a picture [H, W, 3]."""
    found: NDArray[np.bool_] = np.abs(picture - 1).max(2) > 0.25
    return found


def measured(prompts: Sequence[str]) -> tuple[list[dict[str, Any]], Picture]:
    """A row for each prompt and map, and a sheet: guides, the recipe's maps, places by them."""
    rows, lines = [], []
    for prompt in prompts:
        for by_word in (False, True):
            picture, attention = painted(prompt, by_word=by_word)
            thing = thing_of(picture)
            row = {"prompt": prompt, "map": "word" if by_word else "all but start", "area": thing.mean()}
            for heat in TEMPERATURES:
                chances = start_probabilities(attention, None, heat, STROKES)
                row[f"on_thing_{heat:g}"] = (chances * thing).sum()
            rows.append({name: each if isinstance(each, str) else float(each) for name, each in row.items()})
            if not by_word:
                lines.append(
                    np.concatenate([picture, np.stack([attention] * 3, 2), _dotted(picture, chances)], 1)
                )
    return rows, np.concatenate(lines)


def _dotted(picture: Picture, chances: NDArray[np.float64]) -> Picture:
    shown = 0.4 + 0.6 * picture
    for x, y in sample_places(chances, STROKES, np.random.default_rng(0)).astype(int):
        shown[max(y - 1, 0) : y + 1, max(x - 1, 0) : x + 1] = (1, 0, 0)
    return shown


def main() -> None:
    """Measures, prints the means, keeps the numbers."""
    parser = options_parser(__doc__, RESULTS / "toy_starts.json")
    parser.add_argument("--prompts", nargs="+", default=list(PROMPTS))
    parser.add_argument("--sheet", type=Path, help="of guides, maps and places, as PNG")
    options = parser.parse_args()
    rows, sheet = measured(options.prompts)
    keep(options.output, {"strokes": STROKES, "rows": rows})
    if options.sheet:
        save_png(sheet, options.sheet)
    columns = [name for name in rows[0] if name not in ("prompt", "map")]
    cells = [
        [name, *(f"{mean(row[c] for row in rows if row['map'] == name):.2f}" for c in columns)]
        for name in dict.fromkeys(row["map"] for row in rows)
    ]
    print(markdown(f"map | {' | '.join(columns)}", cells))


if __name__ == "__main__":
    main()
