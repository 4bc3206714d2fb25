"""The one-page note on a published report, for college, GS, council or board."""
