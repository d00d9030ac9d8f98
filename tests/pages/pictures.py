"""Pictures that an owner would upload: plain, small, and told apart at a glance."""

import struct
import zlib


def svg(width: int, height: int, color: str, *, text: str = "", ink: str = "#fff") -> bytes:
    """A rectangle of one colour with a word on it."""
    style = f'text-anchor="middle" dominant-baseline="middle" font-family="sans-serif" font-size="{height // 2}" fill="{ink}"'
    shapes = f'<rect width="100%" height="100%" rx="8" fill="{color}"/><text x="50%" y="54%" {style}>{text}</text>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{shapes}</svg>'.encode()


def png(width: int, height: int, color: tuple[int, int, int]) -> bytes:
    """A rectangle of one colour."""
    row = b"\0" + bytes(color) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(row * height)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
