"""Arrivals: spreadsheets and bank files made into proposals. Pure functions on bytes; nothing is stored."""
