"""The faces: Taro's surface and the server SDK's, blocking and awaitable, and what a test holds."""
