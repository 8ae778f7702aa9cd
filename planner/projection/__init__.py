"""How many children there will be, year by year, and how many of them go to school."""
