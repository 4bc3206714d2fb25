"""Certificates of the CO2-Prestatieladder that an authority holds."""
