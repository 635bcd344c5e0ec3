"""Segment Anything: a tiny random network in the format of its library stands in; its masks mean nothing."""

import numpy as np
import pytest
import torch

from inkwright.frozen_networks.segment_anything import everything_masks, load_segment_anything
from inkwright.image_analysis.abstraction.merged_regions import MergedRegions
from inkwright.image_analysis.regions.region_finder import find_regions
from inkwright.image_analysis.regions.segmenter import SegmentedLevels, SegmentedRegions, Segmenter

segment_anything = pytest.importorskip("segment_anything")


def tiny(global_blocks=(1,)):
    from functools import partial

    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    torch.manual_seed(0)
    encoder = ImageEncoderViT(
        img_size=64, patch_size=8, embed_dim=24, depth=2, num_heads=3, mlp_ratio=2, out_chans=16,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6), use_rel_pos=True, window_size=3,
        global_attn_indexes=global_blocks,
    )  # fmt: skip
    prompts = PromptEncoder(
        embed_dim=16, image_embedding_size=(8, 8), input_image_size=(64, 64), mask_in_chans=4
    )
    decoder = MaskDecoder(
        transformer_dim=16,
        transformer=TwoWayTransformer(depth=2, embedding_dim=16, num_heads=8, mlp_dim=12),
        iou_head_hidden_dim=20,
    )
    sam = Sam(encoder, prompts, decoder, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
    for parameter in sam.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.2)
    decoder.iou_prediction_head.layers[-1].bias.data.fill_(4.0)  # it trusts what it sees
    for each in decoder.output_hypernetworks_mlps:
        each.layers[-1].weight.data *= 100  # ... and its masks have clear rims
    return sam.eval()


@pytest.fixture(scope="module")
def sam_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sam") / "sam_vit_b_01ec64.pth"
    torch.save(tiny().state_dict(), path)
    return path


@pytest.fixture
def picture():
    found = np.full((48, 64, 3), 0.9, dtype=np.float32)
    found[10:34, 12:40] = (0.8, 0.1, 0.1)
    return found


def test_its_size_is_read_from_its_weights(sam_file):
    loaded, given = load_segment_anything("sam-vit-b", str(sam_file)).network, tiny()
    pixels = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(loaded.image_encoder(pixels), given.image_encoder(pixels))
    assert [type(each) for each in loaded.modules()] == [type(each) for each in given.modules()]
    assert not any(parameter.requires_grad for parameter in loaded.parameters())


def test_masks_are_those_of_the_library_the_largest_first(sam_file, picture):
    network = load_segment_anything("sam-vit-b", str(sam_file)).network
    masks = everything_masks(network, picture, points_per_side=3, quality=0.0)
    generator = segment_anything.SamAutomaticMaskGenerator(
        tiny(), 3, pred_iou_thresh=0.0, stability_score_thresh=0.07
    )
    theirs = [each["segmentation"] for each in generator.generate((picture * 255).round().astype(np.uint8))]
    assert sorted(int(mask.sum()) for mask in theirs) == sorted(int(mask.sum()) for mask in masks)
    areas = [int(mask.sum()) for mask in masks]
    assert masks
    assert areas == sorted(areas, reverse=True)
    assert {mask.shape for mask in masks} == {(48, 64)}


def test_without_weights_auto_does_without(monkeypatch, tmp_path, picture):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(tmp_path))
    assert Segmenter("auto").masks(picture) is None
    assert Segmenter("classic").masks(picture) is None
    found, classic = SegmentedRegions(Segmenter("auto"))(picture, 1), find_regions(picture, 1)
    assert [mask.tolist() for mask in found] == [mask.tolist() for mask in classic]
    levels = SegmentedLevels(Segmenter("auto"))([picture])
    assert [m.tolist() for m in levels[0]] == [m.tolist() for m in MergedRegions()([picture])[0]]


def test_sam_is_refused_where_it_is_missing(monkeypatch, tmp_path, picture):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"^the weights of sam-vit-b \(about 375 MB\) are missing"):
        Segmenter("sam").masks(picture)
    with pytest.raises(FileNotFoundError, match="where there is nothing"):
        Segmenter("auto", weights_path=str(tmp_path / "none.pth")).masks(picture)


def test_where_the_weights_are_there_auto_takes_them(monkeypatch, sam_file, picture):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(sam_file.parent))
    segmenter = Segmenter("auto", points_per_side=2, quality=0.0)
    masks = segmenter.masks(picture)
    assert masks
    assert SegmentedLevels(segmenter)([picture, picture])[1][0].tolist() == masks[0].tolist()


def test_regions_are_chosen_from_the_masks_that_are_given(picture):
    thing = np.zeros((48, 64), dtype=bool)
    thing[8:36, 10:42] = True
    sliver = np.zeros_like(thing)
    sliver[:, 3] = True
    (found,) = find_regions(picture, 2, [sliver, thing])
    assert (found == thing).mean() > 0.95
    assert find_regions(picture, 2, []) == []


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04"])
def test_another_file_is_refused(tmp_path, picture, content):
    path = tmp_path / "sam.pth"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="can't be loaded as sam-vit-b"):
        Segmenter("sam", weights_path=str(path)).masks(picture)


def test_the_weights_of_another_network_are_refused(tmp_path, picture):
    path = tmp_path / "sam.pth"
    torch.save({"features.0.weight": torch.zeros(3)}, path)
    with pytest.raises(ValueError, match="can't be loaded as sam-vit-b"):
        Segmenter("sam", weights_path=str(path)).masks(picture)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"use": "yes"}, "segmenter is 'yes'; it must be auto, classic or sam"),
        ({"points_per_side": 0}, "points_per_side is 0"),
        ({"quality": 2.0}, "quality is 2.0"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Segmenter(**settings)


def test_an_unknown_network_is_refused(picture):
    with pytest.raises(ValueError, match="network is 'sam'; it must be one of sam-vit-b"):
        Segmenter("sam", network="sam").masks(picture)
