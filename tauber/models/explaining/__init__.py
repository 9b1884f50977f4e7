"""The explaining model."""
