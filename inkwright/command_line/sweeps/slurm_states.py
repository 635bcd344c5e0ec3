"""How jobs are doing on a SLURM without accounting, where ``sacct`` does not tell."""

import shutil
import subprocess
from typing import Any


def watch_without_accounting() -> None:
    """Has submitit ask ``squeue`` where ``sacct`` is missing or no accounting is kept.

    Otherwise it would wait for ever for a job that was killed: it takes no answer for "unknown".
    """
    if _accounting_answers():
        return
    from submitit.slurm.slurm import SlurmInfoWatcher, SlurmJob

    class QueueWatcher(SlurmInfoWatcher):
        """States by ``squeue``; a job that the queue has forgotten is over."""

        def _make_command(self) -> list[str] | None:
            return squeue_command() if self._registered - self._finished else None

        def read_info(self, string: bytes | str) -> dict[str, dict[str, str]]:
            text = string.decode() if isinstance(string, bytes) else string
            known = super().read_info(f"JobID|State|NodeList\n{text}")
            gone = {job: {"JobID": job, "State": "COMPLETED"} for job in self._info_dict if job not in known}
            return {**gone, **known}

    SlurmJob.watcher = QueueWatcher(delay_s=30)


def squeue_command() -> list[str]:
    """Lists this user's jobs, those that ended lately too: number, state and nodes between bars."""
    return ["squeue", "--noheader", "--array", "--me", "--states=all", "--format=%i|%T|%N"]


def _accounting_answers() -> bool:
    program = shutil.which("sacct")
    if program is None:
        return False
    try:
        answer: Any = subprocess.run([program, "-n", "-X", "-j", "1"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0
