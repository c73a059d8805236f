"""Every error s2n raises on purpose, each with its exit code.

::

    S2nError                    4
    ├── UsageError              2   wrong use or configuration
    │   ├── ConfigError         2   a config file or variable that cannot be read
    │   ├── UnknownPlugin       2
    │   ├── PluginLoadError     2   a plugin that was asked for by name is broken
    │   └── OutputError         2   a report cannot be written
    ├── NotTested               3   the target was not tested
    │   ├── Unreachable         3
    │   └── LoginFailed         3
    ├── RuntimeFailed           4   the runtime (container engine, child process) failed
    │   └── ProtocolMismatch    4   host and runner speak different versions
    ├── NotApplicable           4   a plugin lacks what it needs; caught by the engine, reported as skipped
    └── NetworkError            –   one exchange failed; caught by the engine, counted, reported as not tested
        ├── ConnectFailed           refused, unresolvable, unroutable
        ├── TlsFailed               handshake or certificate
        ├── TimedOut                connect, first byte or total deadline
        │   └── ConnectTimedOut     the connection was not accepted in time, so nothing was sent
        ├── BadResponse             the peer closed or sent nothing that can be read
        ├── BrowserFailed           the browser shows no page: it crashed, or the page hangs
        ├── OutOfScope              never sent: outside the scope
        ├── SessionLost             never sent: we are logged out and cannot log in again
        ├── Withheld                never sent: it would end the session
        └── BudgetSpent             never sent: --max-requests or --max-time is used up
            └── PluginFlooded       never sent: the plugin's own budget is used up

A message says what happened and why; ``remedy`` says what to do next.
"""

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_NOT_TESTED = 3
EXIT_RUNTIME = 4
EXIT_INTERRUPTED = 130


class S2nError(Exception):
    """Something s2n can explain: ``str(error)`` is the message, ``remedy`` the next step."""

    exit_code = EXIT_RUNTIME

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (str(self), self.remedy)


class UsageError(S2nError):
    """The command line or the configuration asks for something that cannot be done."""

    exit_code = EXIT_USAGE


class ConfigError(UsageError):
    """A config file or an ``S2N_*`` variable cannot be understood."""


class UnknownPlugin(UsageError):
    """A plugin was named that nobody provides."""


class PluginLoadError(UsageError):
    """A plugin file cannot be loaded."""


class OutputError(UsageError):
    """A report cannot be written where it was asked for."""


class NotTested(S2nError):
    """The target was not tested, so no result may look clean."""

    exit_code = EXIT_NOT_TESTED


class Unreachable(NotTested):
    """Nothing answers HTTP at the target."""


class LoginFailed(NotTested):
    """The scan would only have seen the outside."""


class RuntimeFailed(S2nError):
    """The container engine or the runner process failed."""

    exit_code = EXIT_RUNTIME


class ProtocolMismatch(RuntimeFailed):
    """Host and runner speak different protocol versions."""


class NotApplicable(S2nError):
    """A plugin cannot test anything here: it lacks something that only the user can give it.

    The message says what is missing; it stands in the ledger, and in the plugin's result.
    """


class NetworkError(S2nError):
    """One exchange failed. The engine catches it, counts it and reports "not tested"."""

    exit_code = EXIT_NOT_TESTED


class ConnectFailed(NetworkError):
    """No connection: refused, unresolvable or unroutable."""


class TlsFailed(NetworkError):
    """The TLS handshake failed or the certificate is not trusted."""


class TimedOut(NetworkError):
    """A deadline (connect, first byte, total) passed."""


class ConnectTimedOut(TimedOut):
    """The connection was not accepted in time: nothing was sent, so it may be tried again."""


class BadResponse(NetworkError):
    """The peer closed the connection before anything that can be read as a response."""


class BrowserFailed(NetworkError):
    """The browser does not show a page: it crashed, or a script of the page does not end."""


class OutOfScope(NetworkError):
    """The request was not sent: its target lies outside the scope."""


class SessionLost(NetworkError):
    """The request was not sent: we are logged out, and it would only have seen the outside."""


class Withheld(NetworkError):
    """The request was not sent: it ends the session, or would set a new password for our user."""


class BudgetSpent(NetworkError):
    """The request was not sent: a hard limit is used up."""


class PluginFlooded(BudgetSpent):
    """The request was not sent: the plugin has used up its own budget, so it is stopped."""
