"""Memory stays flat over 200,000 facts in one process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import inference_soak
import pytest

from engine.inference import durable

GROWTH_MB = 8.0  # a leak of one 100-byte fact in two would show


@pytest.mark.skipif(
    not durable.available() or not Path("/proc/self/statm").exists(), reason="needs the C module and /proc"
)
def test_memory_is_flat_over_200_000_facts():
    ran = subprocess.run(
        [sys.executable, inference_soak.__file__, "200000"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    fired, early, late = map(float, ran.stdout.split())
    assert fired > 10_000
    assert late - early < GROWTH_MB
