"""Vietnamese, the first language of the product."""
