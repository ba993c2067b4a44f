"""Whole stories: what somebody lives through with a programme, told step by step."""
