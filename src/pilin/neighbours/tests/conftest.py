from tests.two import two, two_schemas

__all__ = ["two", "two_schemas"]
