"""index.html: one file, no server, no network, that compares runs."""

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inkwright.reports.page_data import page_data
from inkwright.reports.results_table import write_tables
from inkwright.reports.run_files import plain_text
from inkwright.reports.run_folder import Run, find_runs
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file

_HERE = Path(__file__).resolve().parent
_LIBRARIES = ("echarts.common", "tabulator", "panzoom")
_VIEWS = ("runs", "facets", "gallery", "table", "charts", "scatter", "curves", "compare", "failures", "page")
_SCRIPTS = (*(f"vendor/{name}.min.js" for name in _LIBRARIES), *(f"page/{name}.js" for name in _VIEWS))
_STYLES = ("vendor/tabulator_simple.min.css", "page/page.css")


def write_comparison(folders: Sequence[Path], out: Path, *, title: str | None = None) -> Path:
    """Writes index.html, results.csv and results.parquet over all runs beneath folders; returns the page.

    The folder ``out`` is made; the title is by default the first folder's name.

    Raises:
        ValueError: a folder is not there, or holds no run.
        OSError: a file can't be written.
    """
    runs = find_runs(folders)
    write_tables(runs, out)
    page = RunFolder(out).page
    text = page_text(runs, title or folders[0].resolve().name)
    with whole_file(page, "folder") as temporary:
        temporary.write_text(text, encoding="utf-8")
    return page


def page_text(runs: Sequence[Run], title: str) -> str:
    """The whole page, with the runs in the order in which they are shown first."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(_HERE / "page"), autoescape=True, trim_blocks=True)
    scripts = [_inline(_HERE / name) for name in _SCRIPTS]
    return environment.get_template("page.html.j2").render(
        title=plain_text(title),
        count=len(runs),
        done=sum(run.state == "done" for run in runs),
        policy=_policy(scripts),
        scripts=scripts,
        styles=[(_HERE / name).read_text(encoding="utf-8") for name in _STYLES],
        data=json_for_script(page_data(runs)),
    )


def json_for_script(data: Any) -> str:
    """JSON that can stand between script tags, whatever texts it holds."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _policy(scripts: Sequence[str]) -> str:
    """What a browser may do on the page: run these scripts, known by their digests, and load nothing."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:"


def _inline(path: Path) -> str:
    """A script as it may stand in a page."""
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")
