"""The writing field: its preview, what [[ leads to, and the pictures and files of what is written."""
