"""Commands of ``qpv`` that deserve a file of their own; ``cli`` registers them."""
