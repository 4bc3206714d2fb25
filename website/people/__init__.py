"""The people of an authority and of staff, and joining by invitation: under the roof, for it names authorities."""
