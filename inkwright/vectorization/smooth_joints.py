"""Joints of cubics that must not become corners while points move."""

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing


class SmoothJoints:
    """The joints of a drawing at which its strokes turn by less than some degrees.

    Attributes:
        before: [J] indices of the control points before the joints.
        joint: [J] indices of the joints.
        after: [J] indices of the control points after the joints.
    """

    def __init__(self, drawing: Drawing, degrees: float = 15.0) -> None:
        """Finds them.

        Args:
            drawing: of open and closed strokes.
            degrees: joints that turn by more are corners.
        """
        segments = drawing.segments()
        arriving_at, leaving_by = segments.joints(drawing.closed)
        before, joint = segments.points[arriving_at, 2], segments.points[arriving_at, 3]
        after = segments.points[leaving_by, 1]
        arriving = drawing.points[joint] - drawing.points[before]
        leaving = drawing.points[after] - drawing.points[joint]
        turn = torch.cosine_similarity(arriving.detach(), leaving.detach(), dim=1)
        smooth = turn > torch.cos(torch.deg2rad(torch.tensor(degrees)))
        self.before, self.joint, self.after = before[smooth], joint[smooth], after[smooth]

    @torch.no_grad()
    def straighten(self, points: Tensor) -> None:
        """Turns the handles at each joint into one line, in place; their lengths stay."""
        middle = points[self.joint]
        way = torch.nn.functional.normalize(points[self.after] - points[self.before], dim=1)
        back = (middle - points[self.before]).norm(dim=1, keepdim=True)
        ahead = (points[self.after] - middle).norm(dim=1, keepdim=True)
        points[self.before] = middle - back * way
        points[self.after] = middle + ahead * way


def inner_points(drawing: Drawing) -> Tensor:
    """Indices of the points that have a neighbour of the same path on both sides."""
    is_edge = torch.zeros(len(drawing.points), dtype=torch.bool)
    is_edge[drawing.path_offsets[:-1]] = True
    is_edge[drawing.path_offsets[1:] - 1] = True
    return (~is_edge).nonzero().flatten()
