"""The inputs: files of streets, facilities, residents and areas, read into clean tables and a list of problems."""
