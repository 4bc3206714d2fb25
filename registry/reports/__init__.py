"""Reports: an authority answers an edition, as a draft and then as numbered submissions."""
