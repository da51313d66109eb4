# Answers a question of SQL as JSON: {"types": [...], "rows": [[...]]}. What JSON has no type for comes as text.
import json
import sys

import duckdb

found = duckdb.sql(sys.argv[1])
types = [str(it) for it in found.types]
print(json.dumps({"types": types, "rows": found.fetchall()}, default=str))
