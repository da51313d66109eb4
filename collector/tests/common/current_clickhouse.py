"""ClickHouse's HTTP interface, as much of it as the collector uses, over the engine of the PyPI package chdb.

python current_clickhouse.py DIRECTORY: prints its port, ends with its standard input.
"""

import os
import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from chdb.session import Session

# One question at a time: the engine has one session.
session = Session(sys.argv[1])
alone = threading.Lock()
INSERT = re.compile(r"INSERT INTO\s+(\S+?)\s*\(([^)]*)\)\s*FORMAT RowBinary", re.DOTALL)


def answer(database, form, sql, data):
    session.query(f"USE {database}")
    insert = INSERT.match(sql)
    if not insert:
        return session.query(sql, form).bytes()
    table, columns = insert.groups()
    names = [name.strip(" `\n") for name in columns.split(",")]
    described = session.query(f"DESCRIBE TABLE {table}", "TSV").bytes().decode()
    types = dict(line.split("\t")[:2] for line in described.splitlines())
    structure = ", ".join(f"{name} {types[name]}" for name in names)
    with tempfile.NamedTemporaryFile(dir=sys.argv[1]) as file:
        file.write(data)
        file.flush()
        session.query(
            f"INSERT INTO {table} ({columns}) SELECT * FROM file('{file.name}', 'RowBinary', '{structure}')"
        )
    return b""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: the second would wait 40 ms for the first's acknowledgement.
    disable_nagle_algorithm = True

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def do_POST(self):
        asked = parse_qs(urlparse(self.path).query)
        body = self.body()
        sql = asked.get("query", [None])[0]
        if sql is None:
            sql, body = body.decode(), b""
        database = asked.get("database", ["default"])[0]
        try:
            form = asked.get("default_format", ["TSV"])[0]
            with alone:
                status, said = 200, answer(database, form, sql, body)
        except Exception as error:
            status, said = 500, str(error).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
