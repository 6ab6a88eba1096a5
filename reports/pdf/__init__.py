"""Ink on paper: the only package that may import ReportLab and pikepdf."""
