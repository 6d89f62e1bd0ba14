"""Commands that answer single questions, one module each; :mod:`lifecircle.cli` gathers them."""
