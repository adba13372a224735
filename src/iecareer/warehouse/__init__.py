"""The warehouse: what runs may see, the private build they work in, and the one file readers open."""

from iecareer.warehouse.publish import publish, published_path
from iecareer.warehouse.transform import build_layer

__all__ = ["build_layer", "publish", "published_path"]
