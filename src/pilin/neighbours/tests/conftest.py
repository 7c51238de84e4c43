from tests.two import two

__all__ = ["two"]
