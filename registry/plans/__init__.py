"""Action plans: ambition per theme, and actions."""
