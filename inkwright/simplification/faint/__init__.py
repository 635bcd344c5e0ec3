"""Lines that are paler than others: which are meant, and which are guides."""
