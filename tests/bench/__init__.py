"""How fast the public pages are, as ratios to a bare Django view and to nginx serving a file (`make bench`)."""
