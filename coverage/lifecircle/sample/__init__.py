"""A synthetic Nanjing: real names and census totals, invented borders, streets, homes and facilities."""

from lifecircle.sample.scale import FULL, SMALL, Scale
from lifecircle.sample.write import write_sample

__all__ = ["FULL", "SMALL", "Scale", "write_sample"]
