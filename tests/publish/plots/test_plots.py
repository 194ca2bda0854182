"""The plots are loaded when one is asked for, not with the package."""

import subprocess
import sys


def test_the_package_root_stays_light():
    code = (
        "import sys, egovstudy; print([m for m in ('matplotlib', 'seaborn', 'PIL') if m"
        " in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
