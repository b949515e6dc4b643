"""Many cheap points in bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

POINTS, MOST_MB = 200_000, 60
CODE = """
import resource, sys
from calculator.sweeps.read import parse_sweep
from calculator.sweeps.run import run_sweep
text = '''
scenario: {chemistries: [LFP]}
vary:
  - {field: price/lithium_carbonate, from: 8, to: 40, steps: STEPS}
  - {field: yield/cell, from: 0.9, to: 0.98, steps: 100}
outputs: [cell_usd_per_kwh, pack_usd_per_kwh]
'''
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
few = run_sweep(parse_sweep(text.replace('STEPS', '200')), out=sys.argv[1] + '/few')
before = peak()
many = run_sweep(parse_sweep(text.replace('STEPS', '2000')), out=sys.argv[1] + '/many')
assert few.counts['ok'] == 20_000 and many.counts['ok'] == 200_000
print(before, peak())
"""


def test_ten_times_the_points_take_hardly_more_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    before, after = map(int, done.stdout.split())
    assert after - before < MOST_MB, (before, after)
    assert sum(1 for _ in (tmp_path / "many").glob("part-*")) == -(-POINTS // 8_192)
