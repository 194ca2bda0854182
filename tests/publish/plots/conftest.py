"""Every test of plots starts in the usual venue and closes its figures."""

import matplotlib.pyplot as plt
import pytest

from egovstudy.publish.style.venues import use_venue


@pytest.fixture(autouse=True)
def _usual_venue():
    use_venue("giq")
    yield
    use_venue("giq")
    plt.close("all")
