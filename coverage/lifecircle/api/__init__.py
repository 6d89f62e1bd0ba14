"""The analyst's way in: a study or a finished run in, tables, pictures and answers out, for a notebook.

Everything here is reached as ``lifecircle.<name>``. Nothing is computed in this room: every number comes from the same
functions as the command line's.
"""
