"""Break everything that can break while notices go out, then count what the public and the station got (`make chaos`)."""
