"""What makes a checkout ready to use; nothing here is installed with petaplan."""
