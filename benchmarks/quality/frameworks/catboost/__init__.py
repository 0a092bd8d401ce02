"""CatBoost with its defaults."""
