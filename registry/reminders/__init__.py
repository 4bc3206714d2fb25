"""Reminders of the annual form: who gets which, when, and what staff add or leave out."""
