"""Signatures: who signed an agreement, for whom, how sure that is, and who is bound by it."""
