from __future__ import annotations

import pickle

import pytest
import torch
from safetensors.torch import save_file

from inkwright.frozen_networks.weights.safe_loading import load_tensors


class _Trap:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the trap snapped')",))


def test_both_formats_are_read(tmp_path):
    tensors = {"weight": torch.rand(3)}
    save_file(tensors, tmp_path / "a.safetensors")
    torch.save(tensors, tmp_path / "a.pth")
    for name in ("a.safetensors", "a.pth"):
        assert torch.equal(load_tensors(tmp_path / name, "vgg16")["weight"], tensors["weight"])


def test_nothing_in_a_file_is_run(tmp_path):
    (tmp_path / "trap.pth").write_bytes(pickle.dumps({"weight": _Trap()}, protocol=2))
    with pytest.raises(ValueError, match="trap.pth can't be loaded as vgg16"):
        load_tensors(tmp_path / "trap.pth", "vgg16")
    torch.save({"weight": _Trap()}, tmp_path / "zip.pth")
    with pytest.raises(ValueError, match="no plain file of tensors"):
        load_tensors(tmp_path / "zip.pth", "vgg16")


@pytest.mark.parametrize("name", ["cut.safetensors", "cut.pth", "empty.pth", "empty.safetensors"])
def test_a_truncated_file_is_one_line(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".safetensors":
        save_file({"weight": torch.rand(1000)}, path)
    else:
        torch.save({"weight": torch.rand(1000)}, path)
    path.write_bytes(path.read_bytes()[: 0 if "empty" in name else 2000])
    with pytest.raises(ValueError, match=f"{name} can't be loaded as vgg16: it is truncated") as error:
        load_tensors(path, "vgg16")
    assert "\n" not in str(error.value)
    assert "fetch vgg16" in str(error.value)


def test_tensors_only(tmp_path):
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(ValueError, match="something else than named tensors"):
        load_tensors(tmp_path / "list.pth", "vgg16")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["a.safetensors", "a.pth"])
def test_weights_that_are_no_numbers_are_refused(tmp_path, name, value):
    tensors = {"bias": torch.arange(3), "weight": torch.tensor([0.0, value, 1.0])}
    (save_file if name.endswith("safetensors") else torch.save)(tensors, tmp_path / name)
    with pytest.raises(ValueError, match="weight holds numbers that are not finite"):
        load_tensors(tmp_path / name, "vgg16")
