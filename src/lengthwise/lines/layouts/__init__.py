"""In which order the values stand on the page."""
