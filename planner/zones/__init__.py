"""Which section each area's entrants belong to, year by year."""
