"""The form as a spreadsheet: out as XLSX or ODS, and back with the differences shown first."""
