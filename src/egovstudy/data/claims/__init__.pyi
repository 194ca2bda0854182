"""Public statements and what the tables say of them."""

# Public statements held against the tables: the verdict is worked out from an expression, never typed.
from . import verdicts as verdicts

# Hold statements against the tables and work out each verdict.
from .verdicts import check_claims as check_claims
