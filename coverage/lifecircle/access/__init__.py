"""Who reaches which service, in how many minutes: from a network, facilities and residents to one table."""
