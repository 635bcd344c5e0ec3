"""Every picture of a folder has a name of its own."""

from __future__ import annotations

import pytest

from inkwright.pictures.picture_folder import pictures_in


def test_names_are_unlike_whatever_the_case(tmp_path):
    for name in ("a.png", "b.PNG", "b.jpg", "Page.png", "page.jpg", ".hidden.png", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    names = {name: path.name for name, path in pictures_in(tmp_path).items()}
    whole = ("Page.png", "b.PNG", "b.jpg", "page.jpg")
    assert names == {**{name: name for name in whole}, "a": "a.png"}
    assert len({name.casefold() for name in names}) == len(names)


def test_an_empty_folder_is_refused_by_the_key_that_named_it(tmp_path):
    with pytest.raises(ValueError, match=r"^image=.*no picture in this folder"):
        pictures_in(tmp_path)
    with pytest.raises(ValueError, match=r"^input=.*no picture in this folder"):
        pictures_in(tmp_path, "input")
