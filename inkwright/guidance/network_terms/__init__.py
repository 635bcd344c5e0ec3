"""Terms that compare pictures by what a frozen network sees in them."""
