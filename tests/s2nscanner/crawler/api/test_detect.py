"""Formats, known by their content."""

import pytest

from s2n.s2nscanner.crawler.api.detect import kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"openapi": "3.0.0", "paths": {}}', "openapi"),
        ('{"swagger":"2.0","paths":{}}', "openapi"),
        ("# mine\nopenapi: 3.1.0\npaths: {}", "openapi"),
        ("info: {}\nswagger: '2.0'\npaths: {}", "openapi"),
        ('{"data": {"__schema": {}}}', "introspection"),
        ("type Query { a: Int }", "sdl"),
        ('"""Doc"""\nschema { query: Q }', "sdl"),
        ("# c\nextend type Query { a: Int }", "sdl"),
        ('<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "wsdl"),
        ('<?xml version="1.0"?><wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"/>', "wsdl"),
        ('{"info": {"schema": "https://schema.getpostman.com/x"}, "item": []}', "postman"),
        ('{"log": {"entries": []}}', "har"),
        ('<?xml version="1.0"?><items burpVersion="1"><item/></items>', "burp"),
        ("#!/bin/sh\ncurl http://h/", "curl"),
        ("$ curl http://h/", "curl"),
        ("http://h/a\nhttp://h/b", "urls"),
        ("/a\n/b", "urls"),
        ("POST http://h/a", "urls"),
        ('{"s2n_site": "1.0", "endpoints": [{"url": "http://h/?\\"openapi\\":"}]}', "site"),
        ('{"endpoints": [], "paths": {}, "openapi" : "3.1.0", "s2n_site" : "1.0"}', "site"),
        ('{"openapi": "3.1.0", "paths": {"/": {"x": "s2n_site"}}}', "openapi"),
        ("", "unknown"),
        ("hello world", "unknown"),
        ('{"a": 1}', "unknown"),
        ("<html></html>", "unknown"),
        ("<urlset/>", "unknown"),
    ],
)
def test_kinds(text, kind):
    assert kind_of(text) == kind
