"""Coupons for operators: batches and their codes, and the coupons of one member."""
