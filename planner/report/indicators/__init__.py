"""Write the indicators a county is held to: a workbook, their values for other programs, a table.

`writing` writes a folder, `workbook` lays out indicators.xlsx, `terminal` says the register at 80
columns, `words` holds every word in Chinese and English.
"""
