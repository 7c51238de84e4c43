from tests.two import two_schemas

__all__ = ["two_schemas"]
