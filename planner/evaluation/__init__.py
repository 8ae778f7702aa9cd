"""How good a plan is: the tables and figures by which it is judged."""
