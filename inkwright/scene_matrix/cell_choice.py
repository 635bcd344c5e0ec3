"""Which cells of a matrix are shown, and which of them is the drawing of the run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CellChoice:
    """Rows of a matrix, and one of its cells.

    Attributes:
        rows: the levels that are shown, from top to bottom; ``1,3,5,7`` or a list. 0 is the fidelity row.
        cell: row and column of the drawing of the run, counted from 1; ``2,3`` or a list.
    """

    rows: str | Sequence[int] = "1,3,5,7"
    cell: str | Sequence[int] = "1,1"

    def levels(self, deepest: int) -> list[int]:
        """The levels shown.

        Raises:
            ValueError: they don't rise, or one is deeper than the deepest there is.
        """
        levels = whole_numbers(self.rows, "rows")
        if levels != sorted(set(levels)) or levels[-1] > deepest:
            raise ValueError(f"rows={self.rows}: they must rise, and be levels in [0, {deepest}]")
        return levels

    def place(self, rows: int, columns: int) -> tuple[int, int]:
        """Row and column of the cell, counted from 0.

        Raises:
            ValueError: the matrix has no such cell.
        """
        numbers = whole_numbers(self.cell, "cell")
        if len(numbers) != 2 or not (1 <= numbers[0] <= rows and 1 <= numbers[1] <= columns):
            raise ValueError(
                f"cell={self.cell}: it must be [row,column], in [1, {rows}] and [1, {columns}], "
                "for example [1,1]"
            )
        return numbers[0] - 1, numbers[1] - 1


def whole_numbers(value: str | Sequence[int], key: str) -> list[int]:
    """The whole numbers >= 0 of ``[2,3]``, ``2,3`` or a list.

    Raises:
        ValueError: it is something else; ``key`` is for the message.
    """
    text = ",".join(map(str, value)) if not isinstance(value, str) else value
    if not re.fullmatch(r"\s*\[?\s*\d+(\s*,\s*\d+)*\s*\]?\s*", text):
        raise ValueError(f"{key}={value}: it must be whole numbers, for example {key}=[1,3]")
    return [int(number) for number in re.findall(r"\d+", text)]
