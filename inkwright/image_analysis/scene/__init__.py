"""A scene taken apart: its subject, what lies behind it, and how both come together again."""
