"""Channels: how a notice leaves. A module for each kind; what costs an import is imported when it is used."""

from outputs.channels.base import AddressRefused, Both, Channel, ChannelFailed
from outputs.channels.console import ConsoleChannel
from outputs.channels.file import FileChannel, ZaloText, slug

__all__ = ["AddressRefused", "Both", "Channel", "ChannelFailed", "ConsoleChannel", "FileChannel", "ZaloText", "slug"]
