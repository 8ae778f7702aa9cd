"""School layout and seat capacity for county education bureaus."""
