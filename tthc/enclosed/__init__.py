"""What is put into evidence packs as it is, for readers who have nothing of ours."""
