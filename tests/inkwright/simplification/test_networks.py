"""Networks: their sizes, that any picture fits, that tiles do not show."""

from __future__ import annotations

import pytest
import torch

from inkwright.simplification.compact_network import CompactNetwork
from inkwright.simplification.plain_network import PlainNetwork
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.tiled_inference import simplify_tiled

SMALL = {"channels": (4, 6), "encoder_blocks": (1, 1), "decoder_blocks": (1,)}


def _lively(network: SimplifierNetwork) -> SimplifierNetwork:
    """With weights and statistics that let every layer matter."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.running_mean, std=0.3)
    return network.eval()


@pytest.mark.parametrize(
    ("width", "fourth", "parameters"),
    [(1.0, 256, 44_845_185), (0.5, 256, 11_217_441), (0.25, 256, 2_807_433), (1.0, 128, 44_402_433)],
)
def test_plain_network_has_as_many_parameters_as_published(width, fourth, parameters):
    network = PlainNetwork(width, fourth)
    assert sum(each.numel() for each in network.parameters()) == parameters
    kinds = (torch.nn.Conv2d, torch.nn.ConvTranspose2d)
    assert sum(isinstance(module, kinds) for module in network.modules()) == 23


def test_compact_network_is_a_tenth_of_the_plain_one():
    assert SimplifierNetwork("compact").num_parameters() < 44_845_185 / 10


def test_settings_hold_every_argument_so_that_a_file_outlives_a_change_of_defaults():
    settings = SimplifierNetwork(
        "compact", channels=[8, 16], encoder_blocks=[1, 1], decoder_blocks=[2]
    ).settings
    assert settings == {"channels": [8, 16], "encoder_blocks": [1, 1], "decoder_blocks": [2]}
    assert SimplifierNetwork("plain", width=0.25).settings == {"width": 0.25, "fourth_channels": 256}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"architecture": "unet"}, "architecture is 'unet'; there is plain, compact"),
        ({"std": 0.0}, "std is 0.0; it must be above 0"),
        ({"architecture": "plain", "width": 0}, "width is 0; it must be above 0"),
        ({"architecture": "plain", "fourth_channels": 64}, "it must be 256 or 128"),
        ({"width": 0.5}, "width: architecture=compact takes channels, encoder_blocks, decoder_blocks"),
        ({"channels": (4, 6)}, "entries; they must have n, n and n - 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        SimplifierNetwork(**arguments)


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (33, 40), (64, 17)])
@pytest.mark.parametrize(
    "network",
    [SimplifierNetwork("plain", width=0.02), SimplifierNetwork("compact", **SMALL)],
    ids=["plain", "compact"],
)
def test_any_size_goes_in_and_comes_out(network, size):
    cleaned = network.eval()(torch.rand(2, 1, *size))
    assert cleaned.shape == (2, 1, *size)
    assert ((cleaned > 0) & (cleaned < 1)).all()


@pytest.mark.parametrize(
    "network",
    [SimplifierNetwork("plain", width=0.03), SimplifierNetwork("compact"), SimplifierNetwork(**SMALL)],
    ids=["plain", "compact", "small"],
)
def test_tiles_do_not_show(network):
    network = _lively(network).double()
    rough = torch.rand(1, 333, 290, dtype=torch.float64)
    with torch.inference_mode():
        whole = network(rough[None])[0]
    done = []
    network.float()
    tiled = simplify_tiled(network, rough.float(), 128, lambda number, count: done.append((number, count)))
    assert (tiled - whole).abs().max() < 1e-5
    assert done[-1] == (9, 9)


def test_halo_is_needed():
    network = _lively(SimplifierNetwork(**SMALL))
    rough = torch.rand(1, 200, 200)
    whole = network(rough[None])[0]
    network.body.halo = 0
    assert (simplify_tiled(network, rough, 64) - whole).abs().max() > 1e-4


def test_tiles_take_eight_bit_pictures_as_they_are():
    network = _lively(SimplifierNetwork(**SMALL))
    rough = (torch.rand(1, 50, 60) * 255).to(torch.uint8)
    assert torch.allclose(
        simplify_tiled(network, rough, 32), network(rough[None].float() / 255)[0], atol=1e-6
    )


def test_tiles_refuse_a_network_in_training_and_tiles_of_nothing():
    network = SimplifierNetwork(**SMALL)
    with pytest.raises(ValueError, match="training mode"):
        simplify_tiled(network.train(), torch.rand(1, 8, 8))
    with pytest.raises(ValueError, match="tile is 0"):
        simplify_tiled(network.eval(), torch.rand(1, 8, 8), 0)


def test_compact_network_learns_to_copy():
    torch.manual_seed(0)
    network = SimplifierNetwork(**SMALL)
    target = (torch.rand(2, 1, 32, 32) > 0.1).float()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-2)
    losses = []
    for _ in range(150):
        loss = (network(target) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.15 * losses[0]


def test_levels_set_the_multiple():
    assert CompactNetwork(**SMALL).multiple == 4
    assert CompactNetwork(**SMALL).halo % 4 == 0
