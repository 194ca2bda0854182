"""What a plot shows, read off its axes."""

from matplotlib.axis import Axis


def ticks(axis: Axis) -> list[str]:
    """Labels of an axis that are not empty."""
    return [label.get_text() for label in axis.get_ticklabels() if label.get_text()]
