"""Obligations: what each signatory must do by when. Deadlines are copied when they start; the rule is pure."""
