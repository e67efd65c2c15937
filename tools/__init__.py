"""Set-up, generators and checks of a checkout. Nothing here is installed with petaplan."""
