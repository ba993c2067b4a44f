"""Games as the customer plays them: the wheel, red packets, quizzes, boards, and how to check a draw."""
