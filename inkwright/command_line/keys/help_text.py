"""What ``python train.py --help`` says."""

import textwrap
from itertools import groupby

from inkwright.command_line.sweeps.sweep_folders import SWEEPS
from inkwright.keys import Key, declared_keys
from inkwright.keys.declarations import CONF

_GROUPS = {
    "experiment": "a finished recipe; it chooses from the groups below",
    "guidance": "what the drawing is compared with",
    "callbacks": "what watches the run",
    "logger": "where numbers go besides metrics.csv",
    "debug": "shrinks any experiment to seconds",
}


def help_text() -> str:
    """Usage, every key with meaning, range and default by owner, and every group with its choices.

    Raises:
        ValueError: a key is declared wrongly.
    """
    owners = groupby(declared_keys().values(), key=lambda key: key.owner)
    (_, general), *methods = [(owner, [*map(described, keys)]) for owner, keys in owners]
    parts = [
        "Draws a picture with strokes.\n\n"
        "  python train.py image=photo.jpg num_strokes=64 seed=0 hydra.run.dir=my_sketch\n",
        "Keys (KEY=VALUE):",
        *general,
        _entry(
            "hydra.run.dir", "the run folder", "a path; default outputs/<experiment>/<what was asked for>"
        ),
        *("\n".join([f"\n{owner}", *keys]) for owner, keys in methods),
        "\nGroups (GROUP=CHOICE):",
        *(
            _entry(name, meaning, ", ".join(choices(name)))
            for name, meaning in _GROUPS.items()
            if choices(name)
        ),
        "\nEverything else by its full path, for example\n"
        "lightning_module.optimization.lr_points=0.5. More:\n"
        "  python train.py --cfg job       shows the whole configuration\n"
        "  python train.py -m seed=0,1,2   runs several\n"
        "  HYDRA_FULL_ERROR=1              shows a traceback with every error",
    ]
    return "\n".join(parts) + "\n"


def choices(group: str) -> list[str]:
    """Names of the files of a group of ``conf/``, sorted."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def described(key: Key) -> str:
    """A key, its meaning, what it may be and its default, in lines of 92 characters at most."""
    return _entry(key.name, key.meaning, f"{key.allowed()}; default {key.default!r}")


def _entry(name: str, meaning: str, values: str) -> str:
    body = textwrap.wrap(meaning, 72) + textwrap.wrap(f"({values})", 72)
    lines = [f"  {name:<19} {body[0]}", *(f"{'':<22}{line}" for line in body[1:])]
    return "\n".join(lines)


def sweep_help_text() -> str:
    """What ``python sweep.py --help`` says."""
    return (
        "Runs every combination of values, and only what is missing or failed when it is started again.\n\n"
        "  python sweep.py 'image=glob(photos/*.jpg)' num_strokes=16,32,64 'seed=range(0,3)'\n\n"
        "Keys are those of train.py (python train.py --help); a key may have several values:\n"
        "  KEY=a,b,c                  these\n"
        "  'KEY=range(0,10,2)'        from, up to but without, step\n"
        "  'image=glob(PATTERN)'      the picture files that match\n"
        "  'KEY=interval(0.01,1)'     for hydra/sweeper=search, in place of every combination\n\n"
        "Where the jobs run (hydra/launcher=...):\n"
        "  basic                      one after another; the default\n"
        "  joblib                     in parallel, in processes of this machine\n"
        "  submitit_local             the same by way of submitit\n"
        "  slurm                      through sbatch\n"
        "  each with its options, for example hydra.launcher.n_jobs=4; docs/cluster.md tells about SLURM\n\n"
        f"The folder is {SWEEPS}/<what was asked for>, or hydra.sweep.dir=FOLDER. It holds a folder for each "
        "job, results.csv,\nresults.parquet and index.html, the page that compares them.\n"
    )
