"""metrics.csv: rows, new columns, resuming."""

from __future__ import annotations

import csv

import pytest

from inkwright.loggers.metrics_csv import MetricsCsv


def rows(path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_names_that_come_later_become_columns(tmp_path):
    log = MetricsCsv(str(tmp_path / "m.csv"))
    log.log_metrics({"loss": 0.5, "epoch": 0}, 10)
    log.log_metrics({"loss": 0.25}, 20)
    log.log_metrics({"f1": 0.75}, 20)
    log.finalize("success")
    assert rows(tmp_path / "m.csv") == [
        {"step": "10", "loss": "0.5", "f1": ""},
        {"step": "20", "loss": "0.25", "f1": "0.75"},
    ]


def test_resumed_run_replaces_what_came_after_its_checkpoint(tmp_path):
    path = tmp_path / "m.csv"
    first = MetricsCsv(str(path))
    for step in (10, 20, 30):
        first.log_metrics({"loss": step}, step)
    first.save()
    second = MetricsCsv(str(path), resume="auto")
    second.forget_after(10)
    second.log_metrics({"loss": 99}, 20)
    second.save()
    assert [(row["step"], row["loss"]) for row in rows(path)] == [("10", "10"), ("20", "99")]


def test_row_of_the_checkpoint_itself_stays_whole(tmp_path):
    path = tmp_path / "m.csv"
    first = MetricsCsv(str(path))
    first.log_metrics({"loss": 1}, 10)
    first.save()
    second = MetricsCsv(str(path), resume="auto")
    second.forget_after(10)
    second.log_metrics({"f1": 2}, 10)
    second.save()
    assert rows(path) == [{"step": "10", "loss": "1", "f1": "2"}]


def test_damaged_rows_are_left_out(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("step,loss\n10,1\nx,2\n20\n30,3,4\n")
    log = MetricsCsv(str(path), resume="auto")
    log.save()
    assert [(row["step"], row["loss"]) for row in rows(path)] == [("10", "1"), ("20", ""), ("30", "3")]


def test_new_run_starts_anew(tmp_path):
    path = tmp_path / "m.csv"
    for value in (1, 2):
        log = MetricsCsv(str(path))
        log.log_metrics({"loss": value}, 10 * value)
        log.save()
    assert [row["step"] for row in rows(path)] == ["20"]


def test_rows_are_on_disk_before_the_end(tmp_path):
    log = MetricsCsv(str(tmp_path / "m.csv"), flush_seconds=0)
    log.log_metrics({"loss": 1.0}, 1)
    assert len(rows(tmp_path / "m.csv")) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resume": "yes"}, "resume is 'yes'; it must be never or auto"),
        ({"flush_seconds": -1}, "flush_seconds is -1"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        MetricsCsv("x", **options)
