"""Readers of HTML, PDF and DOCX: each a plain function from bytes to a Reading.

They run in a child process (`defext.document.child`), which bounds their time and memory and has no
network. Reading one here and now is for tests.
"""
