"""What a run says may end in a closed pipe; the run goes on."""

from __future__ import annotations

import os
import subprocess
import sys

SPEAKS = """
import logging, sys, time
from inkwright.command_line.noise import outlive_listeners
outlive_listeners()
outlive_listeners()
logging.basicConfig(stream=sys.stdout, level=logging.INFO)
sys.stdin.read()
for _ in range(3):
    logging.info("a line")
    print("another", flush=True)
sys.stderr.write("end")
"""


def test_a_closed_pipe_ends_no_run_and_leaves_no_traceback():
    reader, writer = os.pipe()
    arguments = [sys.executable, "-c", SPEAKS]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE) as process:
        os.close(writer)
        os.close(reader)
        _, said = process.communicate(b"")
    assert (process.returncode, said) == (0, b"end")
