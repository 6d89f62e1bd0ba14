"""A proposal of sites as a folder that a planner hands in: tables, report and map; every number stands in a table."""

from lifecircle.report.proposal.folder import PROPOSAL_STEPS, write_proposal
from lifecircle.report.proposal.telling import ProposalWords, short_lines

__all__ = ["PROPOSAL_STEPS", "ProposalWords", "short_lines", "write_proposal"]
