"""Files for people: every number in them is a cell of the results, or a sum of the access table."""
