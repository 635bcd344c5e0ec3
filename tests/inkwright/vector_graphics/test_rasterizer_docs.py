"""The code of docs/rasterizer.md does what is said of it."""

import re
from pathlib import Path

from inkwright.vector_graphics import read_svg

TEXT = (Path(__file__).parents[3] / "docs" / "rasterizer.md").read_text(encoding="utf-8")


def test_ten_lines_fit_a_curve(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0], "within 0.02 of the goal"
    names: dict[str, object] = {}
    exec(code, names)
    assert said in code
    points, goal = names["points"], names["goal"]
    assert float((points - goal).detach().abs().max()) < 0.02
    written = read_svg(tmp_path / "curve.svg").points
    assert float((written - goal[0]).abs().max()) < 0.05
