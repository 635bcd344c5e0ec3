"""A sweep through a real sbatch: one job is preempted, one killed, and the drawings are the same."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import RANDOM_SKETCH, ROOT
from tests.slurm.one_node_cluster import one_node_cluster, states

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        os.environ.get("SLURM_TESTS") != "1", reason="starts daemons; make test-slurm runs it"
    ),
]
SWEEP = [
    *RANDOM_SKETCH,
    "image=cat",
    "num_strokes=8",
    "image_size=64",
    "steps=160",
    "callbacks.last_checkpoint.every_n_steps=20",
    "+callbacks.slow={_target_:tests.dying.Dawdles,seconds:0.05}",
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    missing = [name for name in ("slurmctld", "slurmd", "munged", "sbatch") if shutil.which(name) is None]
    assert not missing, f"{missing} are missing: apt-get install slurm-wlm munge"
    # Short, because a socket's path may have 107 characters at most.
    with one_node_cluster(tmp_path_factory.mktemp("c")) as environment:
        yield {**environment, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def start_sweep(folder: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    launcher = ["hydra/launcher=slurm", "hydra.launcher.cpus_per_task=1", "hydra.launcher.mem_gb=2"]
    command = [sys.executable, "sweep.py", *SWEEP, "seed=range(0,4)", f"hydra.sweep.dir={folder}", *launcher]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(condition, seconds=240):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError


def pid_of(job: Path) -> int | None:
    """The process that has a job's folder among its overrides: it says so in a file once it runs."""
    mark = job / "pid"
    return int(mark.read_text()) if mark.exists() else None


def number_of(pid: int) -> str:
    """The job number that SLURM gave a process."""
    variables = dict(
        each.split("=", 1) for each in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in each
    )
    return f"{variables['SLURM_ARRAY_JOB_ID']}_{variables['SLURM_ARRAY_TASK_ID']}"


def test_preempted_and_killed_jobs_end_as_the_others(cluster, tmp_path):
    sweep = tmp_path / "sweep"
    running = start_sweep(sweep, cluster)
    for seed, stop in ((0, "preempt"), (1, "kill")):
        job = sweep / f"seed={seed}"
        wait_for(lambda job=job: (job / "checkpoints" / "last.ckpt").exists() or running.poll() is not None)
        assert running.poll() is None, running.communicate()
        pid = pid_of(job)
        number = number_of(pid)
        if stop == "preempt":
            # It would try again for a while, because the job is back in the queue before it has looked.
            scancel = subprocess.Popen(
                ["scancel", "--signal=USR2", number], env=cluster, stderr=subprocess.DEVNULL
            )
            wait_for(lambda pid=pid: not Path(f"/proc/{pid}").exists())
            scancel.kill()
            scancel.wait()
            assert not (job / "metrics.json").exists()
        else:
            os.kill(pid, signal.SIGKILL)
    out, err = running.communicate(timeout=600)
    assert running.returncode == 2, out + err
    assert "1 of 4 jobs have no result" in err
    assert "seed=1  ended without a word" in out
    assert (sweep / "seed=0" / "metrics.json").exists(), out + err
    assert "saved at step" in "".join(path.read_text() for path in (sweep / ".submitit").rglob("*_log.*"))
    assert set(states(cluster).values()) <= {"COMPLETED", "FAILED", "COMPLETING"}

    again = start_sweep(sweep, cluster)
    out, err = again.communicate(timeout=600)
    assert again.returncode == 0, out + err
    assert "Sweep of 4 jobs, 3 done before" in out
    for seed in (0, 1):
        unbroken = tmp_path / f"unbroken-{seed}"
        command = [sys.executable, "train.py", *SWEEP[:-1], f"seed={seed}", f"hydra.run.dir={unbroken}"]
        subprocess.run(command, cwd=ROOT, env=cluster, check=True, capture_output=True)
        drawing = (sweep / f"seed={seed}" / "drawing.svg").read_bytes()
        assert drawing == (unbroken / "drawing.svg").read_bytes()
