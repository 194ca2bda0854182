"""Public statements: what was said, held against the tables by an expression."""

# Hold statements against the tables and work out each verdict.
from .verdicts import check_claims as check_claims

# List what is wrong with the expressions and years of statements, as check_data does.
from .verdicts import form_findings as form_findings
