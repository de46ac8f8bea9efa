"""File storage: files, who may see them, links that expire, transfers with progress."""
