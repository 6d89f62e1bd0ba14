"""How far each promise is kept: from access, a plan and areas to one tidy table of results."""
