"""Conversations of a record, and its texts, in the one form that all of ms-swift reads; not which column has them."""
