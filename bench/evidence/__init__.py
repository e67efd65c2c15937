"""The written record: sealed, read strictly, compared, calibrated with."""
