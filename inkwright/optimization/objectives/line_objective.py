"""An objective for which a drawing's fills are not there: its strokes alone are judged, on white."""

from torch import Tensor

from inkwright.optimization.objective import Objective
from inkwright.vector_graphics.drawing import Drawing


class LineObjective(Objective):
    """Judges the shapes that have a stroke; the others are exported as they are."""

    def render(self, drawing: Drawing) -> Tensor:
        """[K, 3, H, W] pictures of the strokes."""
        return super().render(lines_of(drawing))

    def losses(
        self, drawing: Drawing, progress: float, *, images: Tensor | None = None, training: bool = False
    ) -> dict[str, Tensor]:
        """As in ``Objective``, of the strokes."""
        return super().losses(lines_of(drawing), progress, images=images, training=training)


def lines_of(drawing: Drawing) -> Drawing:
    """The shapes of a drawing that have a stroke."""
    return drawing if bool(drawing.stroked.all()) else drawing.select(drawing.stroked)
