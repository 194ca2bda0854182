"""Reproduce: run the notebooks anew, compare with what is committed, report."""

# Compare what a notebook has just published with what is committed of it.
from .compare import compare_published as compare_published

# Give the folder that each run published into, by the two digits of its notebook.
from .compare import folders_of as folders_of

# Give a register's rows with those of the notebooks that ran in the place of their old ones.
from .compare import rows_after as rows_after

# Say why image bytes need not be equal here; None if they must be.
from .compare import why_images_may_differ as why_images_may_differ

# Environment of the kernels: fixed hashes, one thread, the moment that files are stamped with.
from .notebooks import KERNEL_ENVIRONMENT as KERNEL_ENVIRONMENT

# One executed notebook.
from .notebooks import Run as Run

# Execute notebooks side by side with a live progress display.
from .notebooks import execute_all as execute_all

# Make an empty folder for reruns in the place of an earlier one.
from .notebooks import fresh_folder as fresh_folder

# List the numbered notebooks of a checkout, in order, or those asked for.
from .notebooks import notebook_paths as notebook_paths

# Read a notebook, or say in words why it cannot be read.
from .notebooks import read_notebook as read_notebook

# Print a line of a command as it is, however long.
from .report import say as say

# Rerun notebooks and compare, or update the project.
from .rerunning import reproduce as reproduce
