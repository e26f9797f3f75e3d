"""A mail server that takes everything and keeps nothing but who got what: one line for each mail it has taken.

`python -m bench.sink FILE` listens on a free port, which is the first line that it prints, until it is told to stop.
The line is written before the mail is answered for, as a real server does: whoever was killed meanwhile cannot know.
"""

from __future__ import annotations

import asyncio
import os
import sys
from email.parser import BytesHeaderParser

MOST = 4 * 1024 * 1024  # bytes of a line


class Conversation:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, file: int) -> None:
        self.reader, self.writer, self.file = reader, writer, file
        self.recipient = ""

    async def run(self) -> None:
        await self._say(b"220 sink")
        while line := await self.reader.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                await self._say(b"221 bye")
                break
            await self._answer(verb, line)
        self.writer.close()

    async def _answer(self, verb: bytes, line: bytes) -> None:
        if verb == b"RCPT":
            self.recipient = line.partition(b"<")[2].partition(b">")[0].decode()
        if verb == b"DATA":
            await self._say(b"354 go on")
            await self._take()
        await self._say(b"250 ok")

    async def _take(self) -> None:
        text = await self.reader.readuntil(b"\r\n.\r\n")
        number = BytesHeaderParser().parsebytes(text)["Message-ID"]
        os.write(self.file, f"{self.recipient} {number}\n".encode())

    async def _say(self, answer: bytes) -> None:
        self.writer.write(answer + b"\r\n")
        await self.writer.drain()


async def main(path: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Conversation(reader, writer, file).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=MOST)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
