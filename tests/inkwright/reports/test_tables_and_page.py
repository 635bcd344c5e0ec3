"""results.csv, results.parquet and index.html say the same, and harm nobody."""

from __future__ import annotations

import csv
import html
import json
import re
import subprocess
import sys
import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from xml.etree.ElementTree import canonicalize

import pyarrow.parquet
import pytest

from inkwright.reports.__main__ import main
from inkwright.reports.comparison import json_for_script, page_text, write_comparison
from inkwright.reports.page_data import page_data
from inkwright.reports.results_table import columns, varied_settings
from inkwright.reports.run_folder import find_runs
from tests.conftest import ROOT
from tests.inkwright.reports.made_runs import write_run, write_sweep


def test_csv_and_parquet_hold_the_same_table(tmp_path):
    write_sweep(tmp_path)
    write_comparison([tmp_path], tmp_path)
    with (tmp_path / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = pyarrow.parquet.read_table(tmp_path / "results.parquet").to_pylist()
    assert [row["run"] for row in rows] == [row["run"] for row in table]
    assert [float(row["edge_f1"]) for row in rows] == [row["edge_f1"] for row in table]
    assert [row["num_strokes"] for row in table] == [8, 16, 8, 16]
    assert set(rows[0]) == set(table[0])


def test_what_varies_is_found_without_failed_jobs_blurring_it(tmp_path):
    write_sweep(tmp_path)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "failure.json").write_text('{"error": "x", "overrides": ["seed=0"]}')
    assert varied_settings(find_runs([tmp_path])) == ["image", "num_strokes"]


def test_page_is_one_file_that_asks_for_nothing(tmp_path):
    page = write_comparison(
        [write_sweep(tmp_path / "sweep")], tmp_path / "out", title="A <b> & c"
    ).read_text()
    assert "<title>A &lt;b&gt; &amp; c</title>" in page
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#|["'])""", own)
    assert "@import" not in own


def test_drawings_come_back_as_they_were(tmp_path):
    write_sweep(tmp_path, ("cat",), (8,))
    data = page_data(find_runs([tmp_path]))
    packed = data["runs"][0]["drawing"]["svg"]
    assert canonicalize(zlib.decompress(b64decode(packed))) == canonicalize(
        (tmp_path / "cat,num_strokes=8" / "drawing.svg").read_text(), strip_text=True
    )
    assert data["better"]["edge_f1"] == "higher"
    assert data["better"]["loss"] == "lower"


def test_beyond_the_budget_the_largest_become_pictures(tmp_path):
    write_run(tmp_path / "a", "cat", 200, 0)
    write_run(tmp_path / "b", "cat", 4, 1)
    kinds = [list(run["drawing"]) for run in page_data(find_runs([tmp_path]), drawings_budget=1500)["runs"]]
    assert kinds == [["picture"], ["svg"]]


def test_inputs_are_kept_once(tmp_path):
    write_sweep(tmp_path)
    assert len(page_data(find_runs([tmp_path]))["targets"]) == 2


def test_half_written_drawing_is_no_drawing(tmp_path):
    write_sweep(tmp_path, ("cat",), (8,))
    (tmp_path / "cat,num_strokes=8" / "drawing.svg").write_text("<svg><path d=")
    assert list(page_data(find_runs([tmp_path]))["runs"][0]["drawing"]) == ["picture"]
    (tmp_path / "cat,num_strokes=8" / "drawing.png").unlink()
    assert page_data(find_runs([tmp_path]))["runs"][0]["drawing"] is None


def test_scores_of_several_sets_count_as_qualities_and_come_first(tmp_path):
    write_run(tmp_path / "a", "cat", 4, 0)
    scores = {"t1/chamfer": 0.1, "t1/f1": 0.5, "t1/untouched_f1": 0.4, "structure/clip": 1.0}
    (tmp_path / "a" / "metrics.json").write_text(json.dumps({"losses": {"error": 1.0}, "metrics": scores}))
    data = page_data(find_runs([tmp_path]))
    assert data["numbers"][:2] == ["loss", "t1/f1"]
    better = {name for name, which in data["better"].items() if which == "higher"}
    assert better == {"t1/f1", "t1/untouched_f1"}


def test_curves_with_the_most_points_are_kept(tmp_path):
    write_run(tmp_path / "a", "cat", 4, 0)
    names = [f"test{index}" for index in range(12)]
    rows = [f"{step}," + ("0.5," * 12 if step == 2 else "," * 12) + f"{step}" for step in (1, 2)]
    (tmp_path / "a" / "metrics.csv").write_text("\n".join([",".join(["step", *names, "train"]), *rows]))
    curves = page_data(find_runs([tmp_path]))["runs"][0]["curves"]
    assert list(curves) == ["train", *names[:11]]


def test_texts_cannot_end_the_script():
    text = json_for_script({"error": "</script><script>alert(1)</script>\u2028"})
    assert "<" not in text
    assert json.loads(text)["error"].startswith("</script>")


def test_template_escapes(tmp_path):
    runs = find_runs([write_sweep(tmp_path)])
    assert "<img onerror" not in page_text(runs, "<img onerror=alert(1)>")


def test_libraries_are_named_with_their_licences():
    vendor = ROOT / "inkwright" / "reports" / "vendor"
    readme = (vendor / "README.md").read_text()
    for path in vendor.glob("*.min.*"):
        assert f"`{path.name}`" in readme
        (licence,) = vendor.glob(f"{path.name.partition('.')[0].partition('_')[0]}.LICENSE")
        assert licence.stat().st_size > 500
    assert len(list(vendor.glob("*.min.*"))) == 4


def test_command_line(tmp_path, capsys):
    write_sweep(tmp_path / "s")
    assert main([str(tmp_path / "s"), "--out", str(tmp_path / "o")]) == 0
    assert (tmp_path / "o" / "index.html").is_file()
    assert "Comparison:" in capsys.readouterr().out
    assert main([str(tmp_path / "none")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_reports_need_no_torch(tmp_path):
    write_sweep(tmp_path / "s")
    code = (
        "import sys; from inkwright.reports.__main__ import main; "
        f"status = main([{str(tmp_path / 's')!r}]) + main([{str(tmp_path / 's')!r}, '--sheet', "
        f"{str(tmp_path / 'sheet')!r}]); sys.exit(status or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
    assert (tmp_path / "s" / "index.html").is_file()
    assert (tmp_path / "sheet.svg").is_file()


@pytest.mark.parametrize("name", ["results.csv", "index.html"])
def test_what_was_there_survives_a_full_disk(tmp_path, monkeypatch, name, capsys):
    import os

    write_sweep(tmp_path)
    (tmp_path / name).write_text("before")
    replace = os.replace

    def full(source, target):
        if str(target).endswith(name):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    assert main([str(tmp_path)]) == 2
    assert "(No space left on device); make room, or choose another folder" in capsys.readouterr().err
    assert (tmp_path / name).read_text() == "before"


def test_no_cell_of_the_table_is_a_formula(tmp_path):
    write_run(tmp_path / "runs" / "=1+1", "cat", 4, 0)
    write_run(tmp_path / "runs" / "a", "cat", 4, 1)
    (tmp_path / "runs" / "a" / "config" / "overrides.yaml").write_text("- prompt=@SUM(A1)\n- lr=-2\n- =x=3\n")
    write_comparison([tmp_path / "runs"], tmp_path)
    with (tmp_path / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == ["'=1+1", "a"]
    assert (rows[1]["prompt"], rows[1]["lr"]) == ("'@SUM(A1)", "-2")


def test_settings_called_like_a_column_get_one_of_their_own(tmp_path):
    write_run(tmp_path / "a", "cat", 4, 0)
    (tmp_path / "a" / "config" / "config.yaml").write_text("run: 1\nstate: 2\nerror: 3\nseed: 4\n")
    table = columns(find_runs([tmp_path]))
    assert (table["run"], table["state"], table["error"]) == (["a"], ["done"], [None])
    assert table["state (setting)"] == [2]


def test_page_names_its_scripts_and_allows_no_other(tmp_path):
    page = page_text(find_runs([write_sweep(tmp_path)]), "t")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    policy = html.unescape(policy)
    assert "default-src 'none'" in policy
    assert "'unsafe" not in policy.partition("script-src")[2].partition(";")[0]
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(scripts) == 13
    for script in scripts:
        assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
