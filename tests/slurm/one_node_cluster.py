"""A SLURM of one node on the loopback, in one folder; needs Debian's slurm-wlm and munge, and root."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

CONF = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
KillWait=5
MinJobAge=3600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


@contextlib.contextmanager
def one_node_cluster(folder: Path) -> Iterator[dict[str, str]]:
    """Starts munged, slurmctld and slurmd; yields the environment that reaches them; stops them."""
    for name in ("state", "spool", "run"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o755)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 9 // 10 // 2**20
    settings = {
        "host": socket.gethostname().partition(".")[0],
        "folder": folder,
        "controller_port": _free_port(),
        "node_port": _free_port(),
        "cpus": os.cpu_count(),
        "memory": memory,
    }
    (folder / "slurm.conf").write_text(CONF.format(**settings))
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
    _start_munge(folder)
    try:
        for daemon in ("slurmctld", "slurmd"):
            subprocess.run([daemon], env=environment, check=True, timeout=30)
        _wait_for_node(environment)
        yield environment
    finally:
        _stop(folder, environment)


def states(environment: dict[str, str]) -> dict[str, str]:
    """State of every job by its number, those that ended too."""
    listed = subprocess.run(
        ["squeue", "-h", "-r", "-t", "all", "-o", "%i %T"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(re.findall(r"(\S+) (\S+)", listed.stdout))


def _start_munge(folder: Path) -> None:
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o600)
    command = ["munged", "--force", f"--key-file={key}", f"--socket={folder}/munge.socket"]
    command += [
        f"--pid-file={folder}/munged.pid",
        f"--log-file={folder}/munged.log",
        f"--seed-file={folder}/seed",
    ]
    subprocess.run(command, check=True, timeout=30)


def _wait_for_node(environment: dict[str, str]) -> None:
    for _ in range(100):
        told = subprocess.run(["sinfo", "-h", "-o", "%T"], env=environment, capture_output=True, text=True)
        if told.stdout.strip() == "idle":
            return
        time.sleep(0.2)
    raise TimeoutError(f"the node is not idle: {told.stdout}{told.stderr}")


def _stop(folder: Path, environment: dict[str, str]) -> None:
    with contextlib.suppress(subprocess.SubprocessError, OSError):
        subprocess.run(["scancel", "--user=root"], env=environment, timeout=30)
        for _ in range(60):
            left = subprocess.run(
                ["squeue", "-h"], env=environment, capture_output=True, text=True, timeout=30
            )
            if not left.stdout.strip():
                break
            time.sleep(0.5)
    for daemon in ("slurmd", "slurmctld", "munged"):
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((folder / f"{daemon}.pid").read_text()), signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
