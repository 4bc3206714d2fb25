"""Reviews: staff check a submission, send it back or publish it."""
