import html as htmllib
import json
import time

import pytest

from s2n.s2nscanner.oracles.sqlerrors import sql_errors

REAL = {
    "MySQL": [
        "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server",
        "for the right syntax: check the manual that fits your MySQL server version near ''abc' at line 1",
        "ERROR 1105 (HY000) at line 1: XPATH syntax error: '~5635678'",
        "Unknown column '5abc' in 'where clause'",
        "Warning: mysqli_fetch_array() expects parameter 1 to be mysqli_result, boolean given",
        "com.mysql.jdbc.exceptions.jdbc4.MySQLSyntaxErrorException",
        "ER_PARSE_ERROR: something",
    ],
    "PostgreSQL": [
        'ERROR:  unterminated quoted string at or near "\'"abc"',
        'ERROR:  syntax error at or near ")"',
        'ERROR:  invalid input syntax for type integer: "~5635678"',
        'invalid input syntax for integer: "x"',
        "Warning: pg_query(): Query failed",
        "org.postgresql.util.PSQLException: ERROR",
        "psycopg2.errors.SyntaxError: x",
        "pq: unterminated quoted string",
    ],
    "SQLite": [
        'near ")": syntax error',
        'unrecognized token: "\'abc"',
        "sqlite3.OperationalError: incomplete input",
        "JSON path error near '~5635678'",
        "[SQLITE_ERROR] SQL error or missing database",
        "Microsoft.Data.Sqlite.SqliteException (0x80004005): SQLite Error 1",
    ],
    "Microsoft SQL Server": [
        "Unclosed quotation mark after the character string 'abc'.",
        "Incorrect syntax near 'abc'.",
        "Incorrect syntax near the keyword 'order'.",
        "Conversion failed when converting the varchar value '~123' to data type int.",
        "Microsoft OLE DB Provider for ODBC Drivers error '80040e14'",
        "System.Data.SqlClient.SqlException (0x80131904)",
        "[Microsoft][ODBC Driver 17 for SQL Server][SQL Server]Incorrect",
    ],
    "Oracle": [
        "ORA-01756: quoted string not properly terminated",
        "ORA-00933: SQL command not properly ended",
        "Warning: oci_parse(): ORA-01756",
    ],
    "IBM Db2": ["DB2 SQL error: SQLCODE: -104, SQLSTATE: 42601", "[IBM][CLI Driver][DB2/LINUX] SQL0104N"],
    "another database": [
        "Syntax error (missing operator) in query expression 'id = 1'",
        "Dynamic SQL Error SQL error code = -104",
        "org.h2.jdbc.JdbcSQLException: x",
    ],
    "": [
        "SQLSTATE[HY000]: General error",
        "java.sql.SQLSyntaxErrorException: x",
        "PDOException: could not find driver",
        "ActiveRecord::StatementInvalid (x)",
        "SequelizeDatabaseError: x",
        "sqlalchemy.exc.OperationalError: (x)",
        "org.hibernate.exception.SQLGrammarException: could not extract ResultSet",
        "QueryFailedError: x",
        "Illuminate\\Database\\QueryException",
    ],
}
CASES = [(dbms, message) for dbms, messages in REAL.items() for message in messages]


@pytest.mark.parametrize(("dbms", "message"), CASES)
@pytest.mark.parametrize("encode", [str, htmllib.escape, json.dumps])
def test_real_messages_are_recognised_however_a_page_writes_them(dbms, message, encode):
    page = f"<html><p>{encode(message)}</p></html>"
    assert dbms in {found.source for found in sql_errors(page)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<p>We use MySQL, PostgreSQL, SQLite, Oracle and SQL Server.</p>",
        "<p>There was a syntax error in your form.</p>",
        "<p>SyntaxError: Unexpected token '<' near \"x\"</p>",
        "<p>Learn SQL: SELECT * FROM users WHERE name = 'x'</p>",
        "<p>mysql> show databases;</p>",
        "<p>Oracle of Delphi, ORA-nge juice</p>",
        "<p>jdbc:postgresql://db/shop</p>",
        "<p>Warning: unknown column in the sheet</p>",
    ],
)
def test_other_text_is_not_a_message(text):
    assert sql_errors(text) == []


def test_a_message_keeps_its_line_and_no_more():
    found = sql_errors("<p>x</p>\nunrecognized token: &quot;&#x27;word&quot;\n<p>word two</p>" + "y" * 1000)
    assert [message.text for message in found] == ['unrecognized token: "\'word"']


def test_kinds_tell_messages_apart():
    found = sql_errors("ORA-01756: quoted string not properly terminated; SQLSTATE[42000]")
    assert len({message.kind for message in found}) == len(found) == 3


@pytest.mark.parametrize(
    "piece", ["near '", "warning ", "sqlite ", "unknown column '", "&quot;", "ora-1234", "a"]
)
def test_half_a_megabyte_of_anything_is_read_in_no_time(piece):
    text = "mysql sqlite ora- at or near sqlstate " + piece * (500_000 // len(piece))
    start = time.process_time()
    sql_errors(text)
    assert time.process_time() - start < 1.5
