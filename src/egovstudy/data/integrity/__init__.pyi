"""Integrity: is every table whole, sealed, and written all or not at all."""

# Check every table of the data package and say what was checked.
from .checks import check_data as check_data

# Record the state of every table, and write anew what follows from the tables.
from .sealing import seal as seal

# Refuse to add to the data of an installed package.
from .writing import need_checkout as need_checkout

# Write tables and seal the data, if all of it would hold.
from .writing import write_if_it_holds as write_if_it_holds
