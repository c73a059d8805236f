"""Error messages of databases and of their drivers, recognised in a page."""

import html
import re

from msgspec import Struct

from s2n.s2nscanner.oracles.complaint import Message

Q = r"(?:\\?[\"'`«»„“”])"
"""A quotation mark, perhaps escaped for JSON."""

MAX_MESSAGE = 200
"""Characters of a message that are kept: drivers quote about 80 of the statement."""


class _Family(Struct, frozen=True):
    """The messages of one system; a page without any of ``needles`` (lower case) holds none of them."""

    dbms: str
    needles: tuple[str, ...]
    patterns: tuple[str, ...]


_FAMILIES = (
    _Family(
        "MySQL",
        ("mysql", "mariadb", "xpath syntax", "unknown column", "collations", "subquery returns", "er_parse"),
        (
            r"You have an error in your SQL syntax",
            r"check the manual that (?:corresponds to|fits) your (?:MySQL|MariaDB|\w+) server version",
            rf"XPATH syntax error: {Q}",
            rf"Unknown column {Q}[^'\"\n]{{0,200}}{Q} in {Q}",
            r"Illegal mix of collations",
            r"Subquery returns more than 1 row",
            r"\bER_(?:PARSE_ERROR|BAD_FIELD_ERROR|SYNTAX_ERROR)\b",
            r"Warning[^\n]{0,80}\bmysqli?_\w+\(",
            r"\bmysqli_sql_exception\b|\bMySqlException\b|\bMySQLSyntaxErrorException\b",
            r"com\.mysql\.(?:cj|jdbc)\b|\bpymysql\.err\.|\bMySQLdb\.\w*exceptions\b|mysql\.connector\.errors",
            r"not a valid MySQL result",
        ),
    ),
    _Family(
        "PostgreSQL",
        (
            "postgres",
            "pg_",
            "psql",
            "npgsql",
            "psycopg",
            "pq:",
            "syntax error at or near",
            "at or near",
            "input syntax",
        ),
        (
            rf"syntax error at or near {Q}",
            rf"unterminated quoted (?:string|identifier) at or near {Q}",
            rf"invalid input syntax for (?:type )?\w[\w ]{{0,30}}: {Q}",
            r"Warning[^\n]{0,80}\bpg_\w+\(",
            r"\bPSQLException\b|\bNpgsql\.\w*Exception|\bpsycopg\d?\.\w*(?:errors|Error)|\bPG::\w*Error\b",
            r"\bpq: [a-z]",
            r"PostgreSQL[^\n]{0,60}\bERROR\b",
        ),
    ),
    _Family(
        "SQLite",
        ("sqlite", "unrecognized token", "syntax error", "json path", "sql logic error"),
        (
            rf"near {Q}[^\n]{{0,100}}?{Q}: syntax error",
            rf"unrecognized token: {Q}",
            r"JSON path error near|bad JSON path",
            r"\bsqlite3\.(?:OperationalError|ProgrammingError|Warning|DatabaseError)\b|\bSQLite3?::\w*Exception",
            r"\bSQLiteException\b|\bSQLITE_ERROR\b|System\.Data\.SQLite",
            r"Warning[^\n]{0,80}\bsqlite_\w+\(|SQLite3::\w+\(\): ",
            r"\bSQL logic error\b",
        ),
    ),
    _Family(
        "Microsoft SQL Server",
        (
            "sql server",
            "sqlserver",
            "sqlclient",
            "ole db",
            "unclosed quotation",
            "incorrect syntax",
            "conversion failed",
            "mssql",
        ),
        (
            r"Unclosed quotation mark (?:after|before) the character string",
            rf"Incorrect syntax near (?:the keyword )?{Q}",
            r"Conversion failed when converting the ",
            r"Microsoft (?:OLE DB Provider|ODBC Driver|SQL Server Native Client)[^\n]{0,40}(?:SQL|error)",
            r"\[(?:SQL Server|ODBC SQL Server Driver|SqlServer)\]",
            r"System\.Data\.SqlClient\.|Microsoft\.Data\.SqlClient\.|\bSQLServerException\b",
            r"Warning[^\n]{0,80}\b(?:mssql|sqlsrv)_\w+\(",
        ),
    ),
    _Family(
        "Oracle",
        ("ora-", "pls-", "oracle", "not properly terminated", "oci_"),
        (
            r"\bORA-\d{5}\b",
            r"\bPLS-\d{5}\b",
            r"quoted string not properly terminated|SQL command not properly ended",
            r"\boracle\.jdbc\b|\bOracleException\b|\bcx_Oracle\.\w*Error",
            r"Warning[^\n]{0,80}\bo(?:ci|ra)_\w+\(",
        ),
    ),
    _Family(
        "IBM Db2",
        ("db2", "sqlcode"),
        (
            r"DB2 SQL error|\bSQLCODE[=:] ?-\d+",
            r"com\.ibm\.db2\b|\[IBM\]\[CLI Driver\]|\bDB2Exception\b",
        ),
    ),
    _Family(
        "another database",
        (
            "jet database",
            "access driver",
            "query expression",
            "dynamic sql",
            "sybase",
            "informix",
            "h2.jdbc",
            "hsqldb",
            "db::exception",
        ),
        (
            r"(?:JET|Access) Database Engine|Microsoft Access Driver|in query expression '",
            r"Dynamic SQL Error|\bSybSQLException\b|Sybase message|\[Informix\]",
            r"\borg\.h2\.jdbc\b|\borg\.hsqldb\b|DB::Exception: Syntax error",
        ),
    ),
    _Family(
        "",
        (
            "sqlstate",
            "java.sql",
            "pdoexception",
            "sqlexception",
            "statementinvalid",
            "sequelize",
            "sqlalchemy",
            "hibernate",
            "queryfailed",
            "doctrine",
            "queryexception",
            "dbi",
            "sql syntax",
            "gorm",
            "knex",
            "prisma",
            "jdbc",
        ),
        (
            r"\bSQLSTATE[\[ (]\w{5}",
            r"\bjava\.sql\.SQL\w*Exception\b|\bPDOException\b|\bSQLGrammarException\b|\bBadSqlGrammar\w*",
            r"\bActiveRecord::StatementInvalid\b|\bSequelizeDatabaseError\b|\bQueryFailedError\b",
            r"\bsqlalchemy\.exc\.\w+Error\b|\borg\.hibernate\.[\w.]{1,200}Exception\b",
            r"\bPrismaClient\w*RequestError\b|Doctrine\\+DBAL\\+\w*Exception|Illuminate\\+Database\\+QueryException",
            r"\bSQL syntax error\b|\bsyntax error in SQL\b|DBD::\w+::\w+ \w+ failed",
        ),
    ),
)

_COMPILED = tuple(
    (family, tuple(re.compile(pattern, re.IGNORECASE) for pattern in family.patterns)) for family in _FAMILIES
)


def sql_errors(text: str) -> list[Message]:
    """The database messages in a page, at most one of each kind; their entities are decoded.

    Linear: a page that names no database costs a few substring searches.
    """
    lower = text.lower()
    found: list[Message] = []
    decoded = ""
    for number, (family, patterns) in enumerate(_COMPILED):
        if not any(needle in lower for needle in family.needles):
            continue
        decoded = decoded or html.unescape(text)
        for kind, pattern in enumerate(patterns):
            match = pattern.search(decoded)
            if match is not None:
                line = decoded[match.start() : match.end() + MAX_MESSAGE].partition("\n")[0]
                found.append(Message(family.dbms, number * 100 + kind, line.strip()))
    return found
