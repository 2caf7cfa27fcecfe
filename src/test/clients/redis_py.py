"""Usage: redis_py.py PORT"""

import faulthandler
import sys
import time

import redis

TEXT = "S\u00fcperhero"
MANY_KEYS = ["absent:%d" % i if i % 7 == 0 else "clients:%d" % i for i in range(1000)]
MANY_VALUES = [None if i % 7 == 0 else "value:%d" % i for i in range(1000)]


def main():
    # A client that waits forever must not block the build.
    faulthandler.dump_traceback_later(60, exit=True)
    check("defaults")
    # Versions before 5 have one protocol, and no such option.
    if int(redis.__version__.split(".")[0]) >= 5:
        check("RESP2", protocol=2)
        check("RESP3", protocol=3)


def check(name, **options):
    def connect(**more):
        return redis.Redis(host="127.0.0.1", port=int(sys.argv[1]), **options, **more)

    def expect(what, expected, actual):
        client = "redis-py %s, %s" % (redis.__version__, name)
        if expected != actual:
            sys.exit("%s: %s\n  expected: %r\n  but was:  %r" % (client, what, expected, actual))
        print("ok: %s: %s" % (client, what))

    texts = connect(decode_responses=True)
    values = connect()
    expect("PING", True, texts.ping())
    if options:
        expect("protocol", str(options["protocol"]), texts.client_info()["resp"])
    expect("present", TEXT, texts.get("clients:text"))
    expect("present, from memory", TEXT, texts.get("clients:text"))
    expect("absent", None, texts.get("clients:absent"))
    expect("empty", b"", values.get("clients:empty"))
    expect("any bytes", bytes(range(256)), values.get("clients:binary"))
    expect("1 MiB", b"x" * 1024 * 1024, values.get("clients:large"))
    pipeline = texts.pipeline(transaction=False)
    for key in MANY_KEYS:
        pipeline.get(key)
    expect("1,000 in a pipeline", MANY_VALUES, pipeline.execute())
    expect("MGET", MANY_VALUES, texts.mget(MANY_KEYS))
    try:
        told = "answered %r" % texts.get("clients:list")
    except redis.ResponseError as error:
        told = str(error)
    expect("another type", "WRONGTYPE Operation against a key holding the wrong kind of value", told)
    other = connect()
    killed = other.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    expect("CLIENT KILL", True, killed > 0)
    expect("present, after CLIENT KILL", TEXT, eventually(lambda: texts.get("clients:text")))
    for client in (texts, values, other):
        client.close()


def eventually(request):
    """Reads until it works: what was under way when the connection ended may fail."""
    deadline = time.monotonic() + 15
    while True:
        try:
            return request()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


main()
