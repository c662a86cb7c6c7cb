"""Numbers and names as a person reads them: words, everyday units, and sentences made of them."""
