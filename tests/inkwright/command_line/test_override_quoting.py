"""Text and paths on the command line need no quotes."""

from __future__ import annotations

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from inkwright.command_line.keys.override_quoting import hydra_overrides, is_text, literal, quoted, unquoted
from inkwright.command_line.sweeps.sweep_folders import is_swept, plain
from inkwright.command_line.sweeps.sweep_jobs import swept_values
from inkwright.keys import declared_keys

ODD = [
    "a b.png",
    "it's.png",
    "a cat's toy, running",
    "'tis the season",
    "'a' and 'b'",
    'a "big" dog',
    "x,y.jpg",
    "[1].png",
    "{joke}.png",
    "a=b.png",
    "(1).png",
    "50%.png",
    "#1.png",
    "$HOME.png",
    "cash $100.jpg",
    "${oc.env:HOME}/x.png",
    "a ${b} \\${c} ${ d",
    "\\",
    "a\\'b\\\\'",
    "ü.png",
    "naïve café",
    "李明",
    "1e5",
    ".5",
    "007",
    "true",
    "NULL",
    "nan",
    "glob(*.png)",
    "choice(a,b)",
    "a\nb",
    "",
]
TEXT_KEYS = [name for name in declared_keys() if is_text(name)]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


def told(argument, *flags):
    """What OmegaConf makes of each value that Hydra reads."""
    (override,) = OverridesParser.create().parse_overrides(hydra_overrides([*flags, argument])[len(flags) :])
    if not override.is_sweep_override():
        return [_resolved(override.value())]
    values = [f"image={each}" for each in swept_values(override)]
    return [_resolved(each.value()) for each in OverridesParser.create().parse_overrides(values)]


def _resolved(value):
    return OmegaConf.create({"seed": 7, "text": value}).text


def test_keys_of_free_text_and_paths_are_known():
    wanted = "image mask guide_image style_image attention_map prompt negative_prompt style_prompt name token"
    assert set(wanted.split()) <= set(TEXT_KEYS)
    assert not is_text("seed")


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("key", TEXT_KEYS)
def test_the_very_text_arrives(key, value):
    assert told(f"{key}={value}") == [value]


@settings(deadline=None)  # how long one takes depends on what else runs
@given(ANY_TEXT.filter(lambda text: text[:1] not in ("'", '"')))
def test_any_text_arrives(text):
    assert told(f"prompt={text}") == [text]


@settings(deadline=None)  # how long one takes depends on what else runs
@given(ANY_TEXT)
def test_any_text_arrives_in_quotes(text):
    assert unquoted(quoted(text)) == text
    assert told(f"prompt={quoted(literal(text))}") == [text]
    assert plain(f"prompt={quoted(text)}") == f"prompt={text}"
    assert not is_swept(f"prompt={quoted(text)}")


@settings(deadline=None)  # how long one takes depends on what else runs
@given(st.lists(ANY_TEXT.map(lambda text: text.replace(",", "").strip()), min_size=2))
def test_any_texts_arrive_in_a_sweep(texts):
    if not any(text[:1] in ("'", '"') for text in texts):
        assert told(f"prompt={','.join(texts)}", "-m") == texts
    assert told(f"image=choice({','.join(quoted(literal(text)) for text in texts)})", "-m") == texts


@pytest.mark.parametrize("value", ODD)
def test_one_of_a_sweep_may_be_odd(value):
    assert told(f"prompt={quoted(literal(value))}, a dog", "-m") == [value, "a dog"]


@pytest.mark.parametrize("key", ["hydra.run.dir", "hydra.sweep.dir"])
@pytest.mark.parametrize("value", ["my run, (1)", "it's", "李明", "1e5"])
def test_folders_are_whole_paths_in_runs_and_sweeps(key, value):
    for flags in ((), ("-m",)):
        assert told(f"{key}={value}", *flags) == [value]


def test_a_key_may_stand_in_a_text():
    assert told("name=run_${seed}") == ["run_7"]
    assert told("name=it's ${seed}, \\${seed}, ${sead}") == ["it's 7, \\${seed}, ${sead}"]
    assert told("hydra.run.dir=runs/${seed}") == ["runs/7"]


def test_plain_words_stay_as_they_are():
    same = ["image=cat", "image=photos/cat-1.jpg", "seed=1", "--cfg", "job", "guidance=[structure,clip]"]
    assert hydra_overrides(same) == same


def test_quotes_of_a_person_stay():
    assert hydra_overrides(["image='a b.png'", 'image="a"']) == ["image='a b.png'", 'image="a"']


def test_flags_of_a_sweep_come_first_and_commas_part():
    assert hydra_overrides(["image=a,b", "-m", "seed=1,2"]) == ["-m", "image=a,b", "seed=1,2"]
    assert hydra_overrides(["-m", "prompt=a cat's toy, 'x, y',é"]) == [
        "-m",
        "prompt='a cat\\'s toy','x, y','é'",
    ]


def test_glob_means_pictures_in_their_order(tmp_path):
    for name in ("b.jpg", "a.PNG", "notes.txt", "it's.jpeg", "größe.png", "${seed}.png", "1, [2].png"):
        (tmp_path / name).touch()
    found = [f"{tmp_path}/{name}" for name in ("${seed}.png", "1, [2].png", "a.PNG", "b.jpg")]
    found += [f"{tmp_path}/größe.png", f"{tmp_path}/it's.jpeg"]
    for key in ("image", "guide_image"):
        assert told(f"{key}=glob({tmp_path}/*)", "-m") == found
    assert hydra_overrides(["-m", "experiment=glob(sketch*)"]) == ["-m", "experiment=glob(sketch*)"]


@pytest.mark.parametrize(
    ("pattern", "why"), [("*.gif", "nothing matches"), ("*", "1 files match, none of them a picture")]
)
def test_empty_glob_is_said(tmp_path, pattern, why):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match=why):
        hydra_overrides(["-m", f"image=glob({tmp_path}/{pattern})"])
