"""One picture file as what a system is shown."""

from datamodules.drawing_data import DrawingData
from inkwright.pictures.subject import Subject
from inkwright.pictures.target_image import TargetImage, load_target


class TargetImageData(DrawingData):
    """The target that a picture file holds."""

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
            ValueError: there is nothing to find a subject with.
        """
        super().__init__()
        self.image, self.image_size = image, image_size
        if mask_object and subject is None:
            raise ValueError("mask_object is true, but datamodule.subject is null; nothing finds a subject")
        self.subject = subject if subject is not None and (mask_object or subject.mask) else None

    def make_target(self) -> TargetImage:
        """Reads the picture."""
        return load_target(self.image, self.image_size, self.subject)
