"""A classifier of kinds and colors, trained from the truth: it judges, and never guides.

    python -m benchmarks.toy_world.truth_classifier

It shares nothing with the tiny CLIP: a plain convolutional network on other pictures, with labels in place
of captions. It is trained when it is first asked for, four CPU minutes, and kept in a folder.
"""

from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from benchmarks.record import ROOT, keep, options_parser
from inkwright.toy_world.scene import Split
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.words import COLORS, KINDS

FOLDER = ROOT / "outputs" / "toy_world" / "truth_classifier"
SEED = 77  # of pictures that no other network was trained on
TEST_SEED = 2_000_003
COLOR_NAMES = list(COLORS)


class TruthClassifier(nn.Module):
    """Logits of kinds and of colors, behind four convolutions of stride 2."""

    def __init__(self, widths: tuple[int, ...] = (24, 48, 80, 128)) -> None:
        """With random weights."""
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((3, *widths[:-1]), widths, strict=True):
            layers += [nn.Conv2d(before, after, 3, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2))
        self.kind = nn.Linear(widths[-1] * 16, len(KINDS))
        self.color = nn.Linear(widths[-1] * 16, len(COLOR_NAMES))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """[B, 28] and [B, 9] of pictures [B, 3, 64, 64] in [0, 1]."""
        seen = self.body((images - 0.8) / 0.3)
        return self.kind(seen), self.color(seen)


def labels(album: ToyPictures, count: int) -> tuple[Tensor, Tensor]:
    """[count] kinds and colors of the first things."""
    things = [album.scene(index).things[0] for index in range(count)]
    kinds = torch.tensor([KINDS.index(thing.kind) for thing in things])
    return kinds, torch.tensor([COLOR_NAMES.index(thing.color) for thing in things])


def trained(pictures: int = 20_000, steps: int = 1600, batch: int = 128) -> TruthClassifier:
    """A new classifier; single things, of all combinations of kind and color that training shows."""
    torch.manual_seed(SEED)
    album = ToyPictures(SEED, pairs=0.0, drawn=0.3)
    images = torch.cat(
        [(album.pictures(range(at, at + 1000))[0] * 255).byte() for at in range(0, pictures, 1000)]
    )
    kinds, colors = labels(album, pictures)
    network = TruthClassifier()
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for _ in range(steps):
        rows = torch.randint(0, pictures, (batch,))
        kind, color = network(_moved(images[rows].float() / 255))
        loss = F.cross_entropy(kind, kinds[rows]) + F.cross_entropy(color, colors[rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return network.eval()


def _moved(images: Tensor) -> Tensor:
    """Shifted by up to 4 pixels, and slightly noisy, so that it minds neither places nor grain."""
    shift = torch.randint(-4, 5, (2,)).tolist()
    return torch.roll(images, shift, (2, 3)) + 0.03 * torch.randn_like(images)


def classifier(folder: Path = FOLDER) -> TruthClassifier:
    """The one in the folder, trained first if there is none."""
    path = folder / "truth_classifier.safetensors"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        save_file(trained().state_dict(), path)
    network = TruthClassifier()
    network.load_state_dict(load_file(path))
    return network.eval()


@torch.no_grad()
def accuracies(network: TruthClassifier, split: Split, *, drawn: float, count: int) -> dict[str, float]:
    """Shares of single things, painted or in lines, whose kind, color, and both are right."""
    album = ToyPictures(TEST_SEED, split, pairs=0.0, drawn=drawn)
    kind, color = network(album.pictures(range(count))[0])
    right = [given.argmax(1) == true for given, true in zip((kind, color), labels(album, count), strict=True)]
    both = right[0] & right[1]
    return {
        name: float(each.float().mean())
        for name, each in zip(("kind", "color", "both"), (*right, both), strict=True)
    }


def main() -> None:
    """Trains it, if it isn't there, and measures it."""
    parser = options_parser(__doc__, FOLDER / "accuracies.json")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--pictures", type=int, default=512)
    options = parser.parse_args()
    network = classifier(options.folder)
    splits: tuple[Split, Split] = ("held_out", "train")
    found = {
        f"{split}, {'lines' if drawn else 'painted'}": accuracies(
            network, split, drawn=drawn, count=options.pictures
        )
        for split in splits
        for drawn in (0.0, 1.0)
    }
    keep(options.output, {"accuracies": found})
    print(found)


if __name__ == "__main__":
    main()
