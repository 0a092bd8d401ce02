"""Long lists: ten thousand jobs, leaderboards of thousands of trials."""
