"""Pictures with less and less detail, and the regions that are left in them."""
