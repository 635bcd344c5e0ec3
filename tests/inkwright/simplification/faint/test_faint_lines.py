"""Pages on which what is pale is meant come out whole, without their guides; other pages stay as they are."""

import dataclasses

import numpy as np
import pytest

from benchmarks.simplification.faint_lines import draw, scores
from datamodules.sketch_pairs import RoughPairs, SketchRecipe
from inkwright.simplification.faint.faint_lines import with_faint_lines
from inkwright.simplification.paper.ink_on_paper import brought_up
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
from inkwright.simplification.weights_file import SHIPPED, load_weights

SETTINGS = CleaningSettings(flatten="never", refine_steps=0)


@pytest.fixture(scope="module")
def network():
    return load_weights(SHIPPED)


@pytest.mark.parametrize("name", ["portrait", pytest.param("horse", marks=pytest.mark.slow)])
def test_pale_face_and_hair_come_and_guides_go(network, name):
    page = draw(name, "paler")
    shares = {}
    for kept in ("auto", "true", "false"):
        cleaned = clean_sketch(page, network, dataclasses.replace(SETTINGS, keep_faint=kept, vector="none"))
        shares[kept] = scores(cleaned.lines, name)
    assert shares["auto"]["pale found"] > 0.8 * shares["true"]["pale found"]
    assert shares["auto"]["pale found"] > shares["false"]["pale found"] + 0.2
    assert shares["auto"]["guides left"] < 0.6 * shares["true"]["guides left"]
    assert shares["auto"]["f1"] > max(shares["true"]["f1"], shares["false"]["f1"]) + 0.1


def test_a_page_whose_pale_lines_mean_nothing_stays_as_it_is(network):
    page, _ = RoughPairs(SketchRecipe(), 2_000_003).page(0)  # one with a patch of shading
    auto, none = (
        clean_sketch(page, network, dataclasses.replace(SETTINGS, keep_faint=kept, vector="none")).lines
        for kept in ("auto", "false")
    )
    assert np.array_equal(auto, none)


def test_a_page_without_pale_lines_goes_through_the_network_once():
    page = np.ones((200, 200), dtype=np.float32)
    page[50:53, 20:180] = 0.2

    def twice(_):
        raise AssertionError("asked again")

    assert with_faint_lines(page, page, brought_up(page), twice, twice) is page


@pytest.mark.parametrize("value", [True, "always"])
def test_what_keep_faint_cannot_be_is_refused(value):
    with pytest.raises(ValueError, match="keep_faint is .*; it must be 'auto', 'true' or 'false'"):
        CleaningSettings(keep_faint=value)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (40, 40)])
@pytest.mark.parametrize("gray", [0.0, 0.5, 1.0])
def test_blank_and_tiny_pages_are_cleaned(network, shape, gray):
    cleaned = clean_sketch(np.full(shape, gray, dtype=np.float32), network, SETTINGS)
    assert cleaned.lines.shape == shape


def test_stains_and_shadows_are_not_brought_up():
    shade = np.linspace(0.7, 1.0, 400, dtype=np.float32)[None].repeat(400, 0)
    page = shade.copy()
    page[200:202] *= 0.8
    lifted = brought_up(page)
    assert lifted[:190].min() > 0.85
    assert (lifted[200:202] < 0.6).all()
