"""Other processors: the last digits that differ there must not become another answer."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

# E-participation is coarse: twin donors, many equally near, and left-out waves that few donors
# meet.
CODE = """
import json
import egovstudy as eg

panel = eg.make_panel(eg.load_egdi())
def everybody(panel, outcome, first, wave):
    return eg.donor_pool(panel, outcome, "IDN", first, treatment_wave=wave)

pools = {"all": everybody}
grid = eg.specification_grid(
    outcomes=["epi"],
    first_waves=[2003, 2008, 2012],
    treatment_waves={"event": {"window": 2018}},
    pools=pools,
    statistics=["post_gap", "scaled_gap"],
)
curve = eg.run_specifications(panel, grid, treated="IDN", pools=pools, bounds=True)
print(json.dumps({"units": curve.units.to_numpy().tolist(), "p": curve.table["p"].tolist()}))
"""
PLAIN = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
}


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="names kinds of x86 processors"
)
def test_a_processor_without_wide_registers_finds_the_same() -> None:
    found = []
    for other in ({}, PLAIN):
        words = [sys.executable, "-W", "ignore", "-c", CODE]
        run = subprocess.run(
            words, env={**os.environ, **other}, capture_output=True, text=True, check=True
        )
        found.append(json.loads(run.stdout))
    here, there = found
    np.testing.assert_allclose(there["units"], here["units"], rtol=1e-7, atol=1e-9)
    assert there["p"] == here["p"]
