"""How a matrix goes down: its levels, their steps, and by what strokes are chosen to vanish."""

from dataclasses import dataclass
from typing import Literal

Keep = Literal["ratio", "threshold"]


@dataclass(frozen=True)
class LevelPlan:
    """How a matrix goes down.

    Attributes:
        levels: of simplicity, below the fidelity row, >= 1.
        fidelity_share: of the steps, for the fidelity row, in (0, 1).
        removal_share: of the steps of a level, for the removal; in the others what is left is fitted anew;
            in (0, 1].
        keep: how many strokes stay: ``ratio``, as many as the target ratio asks for, and fewer than before;
            ``threshold``, those whose presence is above 0.7, as published.
        foresight: >= 0, by how much the logits of the strokes that are missed least and most are set apart
            before each removal; 0 as published. Needs lines in the targets.
        joined_share: in [0, 1], of the strokes that a level is to lose, those that may be joined to one that
            they go on from; 0 as published.
    """

    levels: int = 8
    fidelity_share: float = 0.16
    removal_share: float = 0.5
    keep: Keep = "ratio"
    foresight: float = 4.0
    joined_share: float = 0.7

    def __post_init__(self) -> None:
        if self.levels < 1:
            raise ValueError(f"levels is {self.levels}; it must be >= 1")
        if not (0 < self.fidelity_share < 1 and 0 < self.removal_share <= 1):
            raise ValueError(
                f"fidelity_share, removal_share are {self.fidelity_share}, {self.removal_share}; they must "
                "be in (0, 1) and (0, 1]"
            )
        if not (self.foresight >= 0 and 0 <= self.joined_share <= 1):
            raise ValueError(
                f"foresight, joined_share are {self.foresight}, {self.joined_share}; they must be >= 0 and "
                "in [0, 1]"
            )
        if self.keep not in ("ratio", "threshold"):
            raise ValueError(f"keep is {self.keep!r}; it must be ratio or threshold")

    def steps(self, total: int) -> tuple[int, list[tuple[int, int]]]:
        """Steps of the fidelity row, and of removal and refitting in each level; they sum up to the total.

        Raises:
            ValueError: they are too few for every stage to have one.
        """
        least = 1 + self.levels * (2 if self.removal_share < 1 else 1)
        if total < least:
            raise ValueError(f"steps is {total}; levels={self.levels} needs {least} at least")
        first = min(max(round(self.fidelity_share * total), 1), total - least + 1)
        rest, split = total - first, []
        for level in range(self.levels):
            steps = rest * (level + 1) // self.levels - rest * level // self.levels
            removal = (
                steps
                if self.removal_share == 1
                else min(max(round(self.removal_share * steps), 1), steps - 1)
            )
            split.append((removal, steps - removal))
        return first, split
