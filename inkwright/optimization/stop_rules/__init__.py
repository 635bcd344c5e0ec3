"""When a stage has come to its end before its last step."""
