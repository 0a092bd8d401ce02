"""One file a resource: translate, call one service method, translate."""
