"""One execution environment of a function in Python: loads the archive as it would be deployed and answers one
invocation at a time, as the Lambda runtime does. A line of JSON on the standard input is an invocation, a line on the
standard output a reply; see environment.ts."""

import datetime
import importlib
import io
import json
import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback

DATA = json.loads(sys.argv[1])
# Ctrl-C reaches every process of the terminal; the local cloud decides when this one ends.
signal.signal(signal.SIGINT, signal.SIG_IGN)

# Replies have the standard output for themselves: whoever writes to it past sys.stdout writes to the standard error.
channel = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
lock = threading.Lock()
request_id = ""


def send(reply):
    with lock:
        channel.write(json.dumps(reply) + "\n")
        channel.flush()


class Lines(io.TextIOBase):
    """Lines of sys.stdout and sys.stderr are events of the log."""

    def __init__(self, level):
        self.level = level
        self.rest = ""

    def writable(self):
        return True

    def write(self, text):
        *lines, self.rest = (self.rest + str(text)).split("\n")
        for line in lines:
            if line:
                send({"log": line, "level": self.level, "requestId": request_id})
        return len(text)

    def end(self):
        if self.rest:
            send({"log": self.rest, "level": self.level, "requestId": request_id})
            self.rest = ""


class LogHandler(logging.Handler):
    """The root logger's, which Lambda puts there before the module is loaded."""

    def emit(self, record):
        text = self.format(record)
        send({"log": text, "level": record.levelname.replace("WARNING", "WARN"), "requestId": request_id})


sys.stdout = Lines("INFO")
sys.stderr = Lines("ERROR")
LEVELS = {"TRACE": 1, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50}
root = logging.getLogger()
root.addHandler(LogHandler())
# In the text format Lambda leaves Python's own level.
root.setLevel(LEVELS[DATA["logLevel"]] if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON" else logging.WARNING)


# A function's time is the cloud's, which a replay moves on by months; how long things take stays the machine's.
machine_time = time.time
ahead = DATA["now"] / 1000 - machine_time()


def now():
    return machine_time() + ahead


machine = {name: getattr(time, name) for name in ("gmtime", "localtime", "ctime", "asctime", "strftime")}
time.time = now
time.time_ns = lambda: int(now() * 1_000_000_000)
time.gmtime = lambda at=None: machine["gmtime"](now() if at is None else at)
time.localtime = lambda at=None: machine["localtime"](now() if at is None else at)
time.ctime = lambda at=None: machine["ctime"](now() if at is None else at)
time.asctime = lambda at=None: machine["asctime"](time.localtime() if at is None else at)
time.strftime = lambda form, at=None: machine["strftime"](form, time.localtime() if at is None else at)
MachineDatetime, MachineDate = datetime.datetime, datetime.date


class OfAnyMaker(type):
    """What the C library made is an instance, too."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, MachineDatetime if cls is Datetime else MachineDate)


class Datetime(MachineDatetime, metaclass=OfAnyMaker):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(now(), tz)

    @classmethod
    def today(cls):
        return cls.fromtimestamp(now())

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(now(), datetime.timezone.utc).replace(tzinfo=None)


class Date(MachineDate, metaclass=OfAnyMaker):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(now())


Datetime.__name__ = Datetime.__qualname__ = "datetime"
Date.__name__ = Date.__qualname__ = "date"
Datetime.__module__ = Date.__module__ = "datetime"
datetime.datetime, datetime.date = Datetime, Date


class Context:
    def __init__(self, request):
        self.aws_request_id = request["requestId"]
        self.function_name = DATA["functionName"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = request["arn"]
        self.memory_limit_in_mb = str(DATA["memorySize"])
        self.log_group_name = DATA["logGroup"]
        self.log_stream_name = DATA["logStream"]
        self.identity = None
        self.client_context = None
        self._deadline = request["deadline"]

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline - machine_time() * 1000))


def load():
    """The handler, or the error of every invocation."""
    module_name, _, handler_name = DATA["handler"].rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = "Unable to import module '%s': %s" % (module_name, error)
        return None, {"name": "Runtime.ImportModuleError", "message": message}
    except SyntaxError as error:
        message = "Syntax error in module '%s': %s" % (module_name, error)
        return None, {"name": "Runtime.UserCodeSyntaxError", "message": message}
    except BaseException as error:
        return None, described(error)
    handler = getattr(module, handler_name, None)
    if handler is None:
        message = "Handler '%s' missing on module '%s'" % (handler_name, module_name)
        return None, {"name": "Runtime.HandlerNotFound", "message": message}
    return handler, None


def described(error):
    return {
        "name": type(error).__name__,
        "message": str(error),
        "stack": "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    }


def answer(handler, request):
    try:
        result = handler(json.loads(request["event"]), Context(request))
    except Exception as error:
        return {"error": described(error)}
    try:
        return {"payload": json.dumps(result)}
    except (TypeError, ValueError) as error:
        return {"error": {"name": "Runtime.MarshalError", "message": "Unable to marshal response: %s" % error}}


def read(requests):
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    # The local cloud is gone, and what is being computed is for nobody.
    os._exit(0)


requests = queue.Queue()
threading.Thread(target=read, args=(requests,), daemon=True).start()
sys.path.insert(0, DATA["folder"])
handler, failure = load()
send({"ready": True})
while True:
    request = requests.get()
    request_id = request["requestId"]
    ahead = request["now"] / 1000 - machine_time()
    reply = {"error": failure} if handler is None else answer(handler, request)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Lines):
            stream.end()
    send({"id": request["id"], **reply})
