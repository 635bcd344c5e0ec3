"""Caps, joins and width profiles of strokes, where they are not simply round and even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing_checks import check_index

Cap = Literal["round", "butt", "square"]
Join = Literal["round", "bevel", "miter"]
CAPS: tuple[Cap, ...] = ("round", "butt", "square")
JOINS: tuple[Join, ...] = ("round", "bevel", "miter")
MITER_LIMIT = 4.0


@dataclass(frozen=True, eq=False)
class StrokeStyles:
    """How each shape of a drawing ends and turns its stroke.

    Attributes:
        cap: [N] int64, index into ``CAPS``.
        join: [N] int64, index into ``JOINS``.
        miter_limit: [N] the longest miter in stroke widths before it becomes a bevel, as in SVG, >= 1.
        profile: [N, K] factors >= 0 of the stroke width at K >= 2 even steps of the path's parameter, or None
            for strokes of even width. A stroke with a profile is exported as a filled outline.
    """

    cap: Tensor
    join: Tensor
    miter_limit: Tensor
    profile: Tensor | None = None

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def uniform(
        cls,
        count: int,
        cap: Cap = "round",
        join: Join = "round",
        miter_limit: float = MITER_LIMIT,
        profile: Tensor | None = None,
    ) -> StrokeStyles:
        """One style for ``count`` shapes.

        Raises:
            ValueError: a cap, join, limit or profile that SVG or a Drawing does not have.
        """
        for name, value, allowed in (("cap", cap, CAPS), ("join", join, JOINS)):
            if value not in allowed:
                raise ValueError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")
        like = torch.zeros(count, dtype=torch.int64, device=None if profile is None else profile.device)
        return cls(
            cap=torch.full_like(like, CAPS.index(cap)),
            join=torch.full_like(like, JOINS.index(join)),
            miter_limit=torch.full_like(like, miter_limit, dtype=torch.get_default_dtype()),
            profile=profile,
        )

    def select(self, rows: Tensor) -> StrokeStyles:
        """The styles of the chosen shapes [M]."""
        profile = None if self.profile is None else self.profile[rows]
        return StrokeStyles(self.cap[rows], self.join[rows], self.miter_limit[rows], profile)

    @classmethod
    def join_all(cls, parts: Sequence[tuple[StrokeStyles | None, int]]) -> StrokeStyles | None:
        """The styles of drawings one after another, each with its number of shapes; None is round and even.

        Raises:
            ValueError: width profiles have different numbers of steps.
        """
        if all(styles is None for styles, _ in parts):
            return None
        whole = [cls.uniform(count) if styles is None else styles for styles, count in parts]
        steps = {each.profile.shape[1] for each in whole if each.profile is not None}
        if len(steps) > 1:
            raise ValueError(f"profile has {sorted(steps)} steps; it must be the same number in all drawings")
        profiles = [
            each.profile if each.profile is not None or not steps else torch.ones(each.cap.shape[0], *steps)
            for each in whole
        ]
        names = ("cap", "join", "miter_limit")
        flat = {name: torch.cat([getattr(each, name) for each in whole]) for name in names}
        profile = torch.cat([each for each in profiles if each is not None]) if steps else None
        return cls(**flat, profile=profile)

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> StrokeStyles:
        """The same on another device, or with the profile in another floating-point type."""
        profile = None if self.profile is None else self.profile.to(device, dtype)
        return StrokeStyles(self.cap.to(device), self.join.to(device), self.miter_limit.to(device), profile)

    def needs_outline(self) -> Tensor:
        """[N] bool: strokes that are not round at every end and turn, or not even."""
        plain = (self.cap == 0) & (self.join == 0)
        return ~plain if self.profile is None else ~plain | (self.profile.detach() != 1).any(1)


def _check(styles: StrokeStyles) -> None:
    check_index("cap", styles.cap, len(CAPS))
    check_index("join", styles.join, len(JOINS))
    if not bool((styles.miter_limit >= 1).all()):
        raise ValueError(f"miter_limit is {float(styles.miter_limit.min())}; it must be at least 1")
    if styles.profile is not None:
        value = styles.profile.detach()
        if value.dim() != 2 or value.shape[0] != styles.cap.shape[0] or value.shape[1] < 2:
            raise ValueError(
                f"profile has shape {list(value.shape)}; it must be [{styles.cap.shape[0]}, K] with K >= 2"
            )
        if not bool((torch.isfinite(value) & (value >= 0)).all()):
            raise ValueError(f"profile holds {float(value.min())}; it must be finite and >= 0")
