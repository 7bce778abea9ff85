from pathlib import Path

from piccolo.conf.apps import AppConfig
from shop.tables import Customer

APP_CONFIG = AppConfig(
    app_name="shop",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Customer],
)
