"""What the notebooks of the course use: predictions, exercises that check themselves, and the company of the story."""
