"""One picture file as what a system is shown."""

from datamodules.drawing_data import DrawingData
from inkwright.pictures.subject import Subject
from inkwright.pictures.target_image import TargetImage, load_target


class TargetImageData(DrawingData):
    """The target that a picture file holds.

    Attributes:
        target: the picture; read on first use.
    """

    def __init__(
        self, image: str, *, image_size: int = 224, mask_object: bool = False, subject: Subject | None = None
    ) -> None:
        """Remembers what to read.

        Args:
            image: path of a picture file, or the name of a bundled example.
            image_size: long side of the working size in pixels, in [32, 4096].
            mask_object: whether the subject alone is drawn; so it is anyway if ``subject`` has a mask file.
            subject: what finds it.

        Raises:
            ValueError:  there is nothing to find a subject with.
        """
        super().__init__()
        self.image = image
        self.image_size = image_size
        if mask_object and subject is None:
            raise ValueError("mask_object is true, but datamodule.subject is null; nothing finds a subject")
        self.subject = subject if subject is not None and (mask_object or subject.mask) else None
        self._target: TargetImage | None = None

    @property
    def target(self) -> TargetImage:  # type: ignore[override]
        """The picture at working size."""
        if self._target is None:
            self._target = load_target(self.image, self.image_size, self.subject)
        return self._target

    def setup(self, stage: str) -> None:
        """Reads the picture, so that a bad file is refused before anything else starts."""
        self.target  # noqa: B018
