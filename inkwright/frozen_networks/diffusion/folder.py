"""A Stable Diffusion folder in diffusers' format: its parts, loaded and shared."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import torch

from inkwright.frozen_networks.weights import FrozenNetwork, locate, shared_network

Precision = Literal["fp32", "bf16", "fp16"]
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
_PARTS = ("unet", "vae", "scheduler", "tokenizer", "text_encoder")
_XL = "StableDiffusionXLPipeline"


@dataclass(frozen=True)
class DiffusionFolder:
    """A Stable Diffusion 1, 2 or XL on this machine.

    Attributes:
        path: of the folder that holds ``model_index.json``.
        precision: in which networks are loaded; the autoencoder stays in single precision.
    """

    path: Path
    precision: Precision = "fp32"

    @classmethod
    def open(
        cls, network: str, weights_path: str | None = None, precision: Precision = "fp32"
    ) -> DiffusionFolder:
        """Finds the folder and looks whether it is whole; nothing is loaded yet.

        Args:
            network: of the catalogue: sd14, sd15, sd21-base, sd21 or sdxl.
            weights_path: where it is; None to look in the usual places.
            precision: in which networks are loaded.

        Raises:
            ValueError: a part is missing, or the precision is unknown.
            FileNotFoundError: the weights are missing.
        """
        if precision not in get_args(Precision):
            raise ValueError(
                f"precision is {precision!r}; it must be one of {', '.join(get_args(Precision))}"
            )
        folder = cls(locate(network, weights_path), precision)
        missing = [part for part in folder.parts if not (folder.path / part).is_dir()]
        if not (folder.path / "model_index.json").is_file():
            missing.insert(0, "model_index.json")
        if missing:
            raise ValueError(
                f"{folder.path} is no whole diffusion model: {', '.join(missing)} is missing; "
                f"fetch it anew: python -m inkwright.frozen_networks.weights fetch {network}"
            )
        return folder

    @property
    def is_xl(self) -> bool:
        """Whether it is a Stable Diffusion XL, with two text encoders."""
        return bool(self._index.get("_class_name") == _XL)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the folders that it needs."""
        return (*_PARTS, "tokenizer_2", "text_encoder_2") if self.is_xl else _PARTS

    @property
    def dtype(self) -> torch.dtype:
        """Of the networks, but for the autoencoder."""
        return _DTYPES[self.precision]

    def network(self, part: str) -> FrozenNetwork:
        """A part with parameters, frozen, and shared for as long as anyone holds it."""
        dtype = torch.float32 if part == "vae" else self.dtype
        return shared_network((str(self.path), part, dtype), lambda: self._load(part, torch_dtype=dtype))

    def plain(self, part: str) -> Any:
        """A tokenizer or a scheduler."""
        return self._load(part)

    def pipeline(self, **parts: Any) -> Any:
        """The pipeline of these parts; those that are not given are None."""
        import diffusers

        quiet_libraries()
        kind = getattr(diffusers, _XL if self.is_xl else "StableDiffusionPipeline")
        given: dict[str, Any] = dict.fromkeys(self.parts) | parts
        if not self.is_xl:
            given |= {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
        pipeline = kind(**given)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def _load(self, part: str, **options: Any) -> Any:
        quiet_libraries()
        package, kind = self._index[part]
        with _loading(self.path / part):
            cls = getattr(importlib.import_module(package), kind)
            if "torch_dtype" in options:
                options["use_safetensors"] = True
                if package == "transformers":
                    options["dtype"] = options.pop("torch_dtype")
            return cls.from_pretrained(self.path, subfolder=part, local_files_only=True, **options)

    @cached_property
    def _index(self) -> dict[str, Any]:
        try:
            index = json.loads((self.path / "model_index.json").read_text())
        except (OSError, ValueError):
            return {}
        allowed = ("diffusers", "transformers")
        parts = {name: each for name, each in index.items() if isinstance(each, list)}
        strange = [name for name, (package, _) in parts.items() if name in _PARTS and package not in allowed]
        if strange:
            raise ValueError(f"{self.path}: {strange[0]} is of a package that is not {' or '.join(allowed)}")
        return parts | {"_class_name": index.get("_class_name")}


def accelerator() -> torch.device:
    """The accelerator of this machine if there is one, else its CPU."""
    found = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return found or torch.device("cpu")


def quiet_libraries() -> None:
    """Keeps progress bars and remarks of diffusers and transformers out of our output."""
    import diffusers
    import transformers

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


@contextmanager
def _loading(path: Path) -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise
    except (OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(f"{path} can't be loaded: it is incomplete or damaged ({reason})") from error
