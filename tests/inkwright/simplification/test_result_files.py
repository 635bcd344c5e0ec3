"""Results have places of their own; what would be lost is refused before any work."""

from __future__ import annotations

import os

import pytest
from PIL import Image

from inkwright.simplification.result_files import SketchFiles, find_sketches, plan_results


def picture(path, shade: int = 255):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (4, 4), shade).save(path)
    return path


def planned(source, output="", **wanted):
    return plan_results(find_sketches(source), str(output), **wanted)


def written(files: SketchFiles) -> None:
    """Writes results as simplify.py would mark them."""
    for path in files.results:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"head {files.origin}")


def test_beside_the_sketch_into_a_folder_or_under_a_name(tmp_path):
    scan = picture(tmp_path / "a b.v1.png")
    (files,) = planned(scan)
    assert [path.name for path in files.results] == [
        "a b.v1_clean.png",
        "a b.v1_clean.svg",
        "a b.v1_preview.png",
    ]
    assert {path.parent for path in files.results} == {tmp_path}
    (files,) = planned(scan, tmp_path / "out", svg=False, preview=False)
    assert files.results == [tmp_path / "out" / "a b.v1_clean.png"]
    for name in ("x.y.svg", "x.y.PNG"):
        (files,) = planned(scan, tmp_path / "out" / name)
        assert [path.name for path in files.results] == ["x.y.png", "x.y.svg", "x.y_preview.png"]
    assert not (tmp_path / "out").exists()


def test_a_folder_whose_name_has_an_ending(tmp_path):
    scan = picture(tmp_path / "scan.png")
    (tmp_path / "old.svg").mkdir()
    for output in (tmp_path / "2024.11.28", f"{tmp_path}/clean.pdf/", tmp_path / "old.svg"):
        assert planned(scan, output)[0].png.name == "scan_clean.png"


@pytest.mark.parametrize("name", ["clean.ps", "clean.jpg", "clean.EPS", "clean.jp2", "clean.svgz"])
def test_a_kind_of_file_that_is_not_written_is_refused(tmp_path, name):
    scan = picture(tmp_path / "scan.png")
    with pytest.raises(
        ValueError, match=rf"{name}: no \.\w+ is written; give a name ending in \.svg, \.png or \.pdf"
    ):
        planned(scan, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_one_name_for_several_sketches_is_refused(tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / "in" / f"{name}.png")
    with pytest.raises(ValueError, match=r"names one file, but there are 2 sketches; give a folder"):
        planned(tmp_path / "in", tmp_path / "clean.svg")
    (tmp_path / "in" / "b.png").unlink()
    assert planned(tmp_path / "in", tmp_path / "clean.svg")[0].svg == tmp_path / "clean.svg"


@pytest.mark.parametrize("link", ["hard", "symbolic", "path"])
def test_a_sketch_is_known_under_every_name(tmp_path, link):
    scan = picture(tmp_path / "in" / "scan.png")
    target = tmp_path / "out" / "lines.png"
    target.parent.mkdir()
    if link == "path":
        target = tmp_path / "out" / ".." / "in" / "scan.png"
    else:
        (os.link if link == "hard" else os.symlink)(scan, target)
    with pytest.raises(ValueError, match=r"is a sketch, and would be overwritten"):
        planned(scan, target.with_suffix(".svg"))


def test_another_sketch_of_the_folder_is_not_overwritten(tmp_path):
    # Two links to one folder: the results of one sketch are the names of the other.
    picture(tmp_path / "a_clean.jpg.png")
    picture(tmp_path / "a.png")
    os.symlink(tmp_path / "a_clean.jpg.png", tmp_path / "a_preview.png")
    with pytest.raises(ValueError, match=r"a_preview\.png is a sketch"):
        planned(tmp_path)


@pytest.mark.parametrize("name", ["lines.png", "lines_preview.png"])
def test_a_file_of_the_user_that_nobody_named_is_kept(tmp_path, name):
    scan = picture(tmp_path / "scan.jpg")
    picture(tmp_path / name)
    with pytest.raises(ValueError, match=rf"{name} is there, and no result of simplify\.py; move it"):
        planned(scan, tmp_path / "lines.svg")
    planned(scan, tmp_path / "other.svg")


def test_a_file_that_was_named_is_replaced(tmp_path):
    scan = picture(tmp_path / "scan.jpg")
    (tmp_path / "lines.svg").write_text("<svg/>")
    assert planned(scan, tmp_path / "lines.svg")[0].svg == tmp_path / "lines.svg"


def test_results_of_the_same_sketch_are_replaced_those_of_another_are_not(tmp_path):
    scan, other = picture(tmp_path / "1" / "scan.png", 1), picture(tmp_path / "2" / "scan.png", 2)
    out = tmp_path / "out"
    written(planned(scan, out)[0])
    planned(scan, out)
    with pytest.raises(ValueError, match=r"scan_clean\.png is the result of another sketch"):
        planned(other, out)
    picture(scan, 3)  # drawn on
    planned(scan, out)
    written(planned(scan, out)[0])
    scan.rename(tmp_path / "2" / "scan.png")  # moved
    planned(other, out)
    written(planned(other, tmp_path / "lines.svg")[0])
    planned(picture(tmp_path / "third.png", 4), tmp_path / "lines.svg")  # named


def test_a_folder_that_can_not_be_is_refused(tmp_path):
    scan = picture(tmp_path / "scan.png")
    (tmp_path / "notes").write_text("")
    for output in (tmp_path / "notes", tmp_path / "notes" / "deeper", tmp_path / "notes" / "lines.svg"):
        with pytest.raises(ValueError, match=r"notes is no folder; give a folder"):
            planned(scan, output)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path):
    scan = picture(tmp_path / "in" / "scan.png")
    scan.parent.chmod(0o500)
    with pytest.raises(ValueError, match=r"nothing can be written to .*in; choose another output"):
        planned(scan)


def test_only_results_are_there(tmp_path):
    picture(tmp_path / "a_clean.png")
    with pytest.raises(ValueError, match=r"all pictures in this folder are results of earlier runs"):
        find_sketches(tmp_path)
