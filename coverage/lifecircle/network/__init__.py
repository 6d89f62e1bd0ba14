"""The street network: what can be walked, how long it takes, and who is near what."""
