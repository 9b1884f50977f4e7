"""From what people write to exact values: numbers, times, sizes, and the arguments that actions share."""
