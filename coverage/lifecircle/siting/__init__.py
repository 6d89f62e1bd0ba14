"""Where new facilities should stand: from walking times and a wish to proposed sites, each answer with its bound."""
