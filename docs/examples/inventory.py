"""InventoryService in Python's standard library: one file, one SQLite database, every rule of docs/participants.md.

    SAGA_SECRET=whsec_... python3 inventory.py [port] [database]

ReserveItems reserves, ReleaseReservation gives back, FindReservation tells whether a reservation was made.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["SAGA_SECRET"].removeprefix("whsec_"))
PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 4001
DATABASE = sys.argv[2] if len(sys.argv) > 2 else "inventory.db"
LARGEST_BODY = 1024 * 1024

TABLES = """
create table if not exists stock (sku text primary key, free integer not null check (free >= 0));
create table if not exists reservation (id text primary key, sku text, quantity integer, released integer default 0);
-- What became of each key. 'done': the answer is given again. 'barred': a tombstone, the action may not come any more.
create table if not exists outcome (
  key text primary key, command text, run text, step text, state text, answer text, undone integer default 0
);
insert or ignore into stock values ('CHAIR', 1000000), ('CLOCK', 0);
"""


class Refused(Exception):
    """No, for good: nothing was done, and asking again will not help."""

    def __init__(self, status, code, detail):
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


def is_signed(headers, body):
    """Standard Webhooks: whether it is the studio's, and from the last five minutes."""
    sent_at, key = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > 300:
        return False
    if key != headers.get("idempotency-key"):
        return False
    mac = hmac.new(SECRET, f"{key}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(mac).decode()
    told = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in told)


def reserve_items(db, call):
    """Rule 1: the effect and the memory of it are one transaction. Rule 4: an undo may have come before."""
    known = db.execute("select command, state, answer from outcome where key = ?", (call["key"],)).fetchone()
    if known and known[0] != "ReserveItems":
        raise Refused(422, "key_reused", f"This key was used for {known[0]}.")
    if known and known[1] == "done":
        return json.loads(known[2])
    step_barred = db.execute(
        "select 1 from outcome where state = 'step barred' and run = ? and step = ?", (call["run"], call["step"])
    ).fetchone()
    if known or step_barred:
        raise Refused(409, "tombstoned", "The undo of this action came before it.")
    reservation = "res_" + uuid.uuid4().hex[:12]
    for item in call["body"].get("items", []):
        sku, quantity = item["sku"], item.get("quantity", 1)
        taken = db.execute("update stock set free = free - ? where sku = ? and free >= ?", (quantity, sku, quantity))
        if taken.rowcount == 0:
            raise Refused(422, "out_of_stock", f"There are not {quantity} of {sku} left.")
        db.execute("insert into reservation values (?, ?, ?, 0)", (reservation + ":" + sku, sku, quantity))
    return remember(db, call, "ReserveItems", "done", {"reservation_id": reservation})


def release_reservation(db, call):
    """Rule 3: the undo finds its action by the action. Of what is undone already it is a success."""
    known = db.execute("select answer from outcome where key = ?", (call["key"],)).fetchone()
    if known:
        return json.loads(known[0])
    actions = find_actions(db, call)
    undone = 0
    for key, answer, was_undone in actions:
        if was_undone:
            continue
        like = json.loads(answer)["reservation_id"] + ":%"
        for sku, quantity in db.execute("select sku, quantity from reservation where id like ?", (like,)).fetchall():
            db.execute("update stock set free = free + ? where sku = ?", (quantity, sku))
        db.execute("update reservation set released = 1 where id like ?", (like,))
        db.execute("update outcome set undone = 1 where key = ?", (key,))
        undone += 1
    if not actions:
        bar(db, call)
    return remember(db, call, "ReleaseReservation", "done", {"undone": undone})


def find_reservation(db, call):
    """A probe comes under the action's key. "No" is a promise, so the key is barred from here on."""
    key = call["body"].get("action_key") or call["key"]
    known = db.execute("select state, answer, undone from outcome where key = ?", (key,)).fetchone()
    if known and known[0] == "done" and not known[2]:
        return {"happened": True, "result": json.loads(known[1])}
    if not known:
        remember(db, {**call, "key": key}, "ReserveItems", "barred", None)
    return {"happened": False, "fenced": True}


def find_actions(db, call):
    """By the action's key, where the undo was told it; else by the run and the step."""
    found = "select key, answer, undone from outcome where command = 'ReserveItems' and state = 'done' and "
    key = call["body"].get("action_key")
    if key:
        return db.execute(found + "key = ?", (key,)).fetchall()
    return db.execute(found + "run = ? and step = ?", (call["run"], call["step"])).fetchall()


def bar(db, call):
    """The action never came: leave a tombstone, so that it is refused if it comes later."""
    key = call["body"].get("action_key")
    if key is None:
        remember(db, {**call, "key": "barred by " + call["key"]}, "ReserveItems", "step barred", None)
    elif not db.execute("select 1 from outcome where key = ?", (key,)).fetchone():
        remember(db, {**call, "key": key}, "ReserveItems", "barred", None)


def remember(db, call, command, state, answer):
    row = (call["key"], command, call["run"], call["step"], state, json.dumps(answer))
    db.execute("insert into outcome (key, command, run, step, state, answer) values (?, ?, ?, ?, ?, ?)", row)
    return answer


COMMANDS = {
    "ReserveItems": reserve_items,
    "ReleaseReservation": release_reservation,
    "FindReservation": find_reservation,
}


def answer(command, call):
    """`begin immediate` lets one writer in at a time, so an undo never slips past its action."""
    db = sqlite3.connect(DATABASE, timeout=30, isolation_level=None)
    try:
        db.execute("begin immediate")
        result = COMMANDS[command](db, call)
        db.execute("commit")
        return result
    except BaseException:
        db.execute("rollback")
        raise
    finally:
        db.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return self.refuse(413, "too_large", "At most 1 MB is taken.")
        body = self.rfile.read(length)
        command = self.path.rsplit("/", 1)[-1]
        if not is_signed(self.headers, body):
            return self.refuse(401, "unsigned", "Not signed with this service's secret in the last five minutes.")
        if command not in COMMANDS:
            return self.refuse(404, "not_found", f"There is no command {command}.")
        try:
            read = json.loads(body or b"{}")
            if not isinstance(read, dict):
                raise ValueError("not an object")
        except ValueError:
            return self.refuse(400, "not_json", "The body must be a JSON object.")
        call = {
            "key": self.headers["idempotency-key"],
            "run": self.headers.get("saga-id"),
            "step": self.headers.get("saga-step"),
            "body": read,
        }
        try:
            self.reply(200, "application/json", answer(command, call))
        except Refused as no:
            self.refuse(no.status, no.code, no.detail)
        except Exception as error:  # Rule 5: whoever does not know what happened says neither yes nor no.
            print(f"{command}: {error!r}", file=sys.stderr)
            self.refuse(500, "failed", "Nobody knows whether the command had an effect.")

    def refuse(self, status, code, detail):
        self.reply(status, "application/problem+json", {"type": code, "title": code, "status": status, "detail": detail})

    def reply(self, status, content_type, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    database = sqlite3.connect(DATABASE)
    database.execute("pragma journal_mode = wal")
    database.executescript(TABLES)
    database.close()
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
