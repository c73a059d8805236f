"""Ways to hide URLs in documents that are no pages. ``GOAL`` is the hidden endpoint of the way."""

LINKED = {
    "json-key": ("application/json", '{"items": [{"next": "GOAL"}]}'),
    "json-bare-word": ("application/json", '{"detail_url": "../../found/LEAF"}'),
    "json-absolute": ("application/json", '["http://HOSTGOAL"]'),
    "json-markup": ("application/json", '{"body": "<p><a href=\'GOAL\'>t</a></p>"}'),
    "json-map-key": ("application/json", '{"GOAL": {"title": "t"}}'),
    "json-problem": ("application/problem+json", '{"type": "about:blank", "instance": "GOAL"}'),
    "json-hal": (
        "application/hal+json",
        '{"_links": {"self": {"href": "/"}, "more": {"href": "GOAL{?page}"}}}',
    ),
    "json-template": ("application/json", '{"item_url": "/{kind}/../found/LEAF"}'),
    "json-guarded": ("application/json", ')]}\'\n{"next": "GOAL"}'),
    "json-lines": ("application/x-ndjson", '{"a": 1}\n{"href": "GOAL"}\n'),
    "json-as-text": ("text/plain", '{"next": "GOAL"}'),
    "jsonp": ("application/json", 'callback({"next": "GOAL"});'),
    "manifest-start": ("application/manifest+json", '{"name": "n", "start_url": "../../found/LEAF"}'),
    "manifest-scope": ("application/manifest+json", '{"name": "n", "scope": "GOAL"}'),
    "manifest-shortcut": ("application/manifest+json", '{"shortcuts": [{"name": "s", "url": "GOAL"}]}'),
    "manifest-icon": ("application/manifest+json", '{"icons": [{"src": "GOAL", "sizes": "8x8"}]}'),
    "manifest-share-target": (
        "application/manifest+json",
        '{"share_target": {"action": "GOAL", "params": {"title": "t"}}}',
    ),
    "source-map-sources": ("application/json", '{"version": 3, "sources": ["webpack:///a.js", "GOAL"]}'),
    "listing-json": ("application/json", '[{"name": "../../found/LEAF", "type": "file"}]'),
    "listing-html": ("text/html", '<h1>Index of /</h1><pre><a href="../../found/LEAF">LEAF</a> 1 KB</pre>'),
    "listing-bucket": (
        "application/xml",
        "<ListBucketResult><Contents><Key>../../found/LEAF</Key></Contents></ListBucketResult>",
    ),
    "listing-webdav": (
        "application/xml",
        '<D:multistatus xmlns:D="DAV:"><D:response><D:href>GOAL</D:href></D:response></D:multistatus>',
    ),
    "feed-rss": (
        "application/rss+xml",
        "<rss><channel><item><link>http://HOSTGOAL</link></item></channel></rss>",
    ),
    "feed-rss-enclosure": (
        "application/rss+xml",
        '<rss><channel><item><enclosure url="GOAL"/></item></channel></rss>',
    ),
    "feed-atom": ("application/atom+xml", '<feed><entry><link href="GOAL"/></entry></feed>'),
    "feed-json": ("application/feed+json", '{"items": [{"id": "1", "external_url": "GOAL"}]}'),
    "opml": ("text/x-opml+xml", '<opml><body><outline xmlUrl="GOAL"/></body></opml>'),
    "open-search": (
        "application/opensearchdescription+xml",
        '<OpenSearchDescription><Url template="GOAL?q=x"/></OpenSearchDescription>',
    ),
    "svg-document": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><a href="GOAL"/></svg>'),
    "xhtml-document": ("application/xhtml+xml", '<html><body><a href="GOAL">t</a></body></html>'),
    "plain-text": ("text/plain", "See http://HOSTGOAL."),
    "json-in-json": ("application/json", '{"state": "{\\"url\\": \\"../../found/LEAF\\"}"}'),
    "table": ("text/csv", "id,address\n1,GOAL\n"),
    "calendar": ("text/calendar", "BEGIN:VCALENDAR\nURL:http://HOSTGOAL\nEND:VCALENDAR\n"),
    "cache-manifest": ("text/cache-manifest", "CACHE MANIFEST\nGOAL\n"),
    "event-stream": ("text/event-stream", 'data: {"url": "GOAL"}\n\n'),
    "yaml": ("application/yaml", "list:\n  - url: GOAL\n"),
    "script-type": ("application/ecmascript", "go('/found' + '/LEAF');"),
    "xml-entity": ("application/xml", '<!DOCTYPE a [<!ENTITY part SYSTEM "GOAL">]><a>&part;</a>'),
    "xml-style": ("application/xml", '<?xml-stylesheet type="text/xsl" href="GOAL"?><a/>'),
    "pdf-link": ("application/pdf", "%PDF-1.4\n1 0 obj <</A<</S/URI/URI(http://HOSTGOAL)>>>> endobj"),
    "flash-string": ("application/x-shockwave-flash", "FWS\x09....\x00getURL\x00GOAL\x00"),
    "markdown": ("text/markdown", "# Title\n[there](GOAL)\n"),
}
"""Name → media type and body of what the way's page is."""

FIXED = {
    "/robots.txt": (
        "text/plain",
        (
            "User-agent: *\nDisallow: /found/robots-disallow # no\nAllow: /found/robots-allow\n"
            "Disallow: /found/robots-wildcard*.html$\nSitemap: http://HOST/maps/index.xml\n"
        ),
    ),
    "/maps/index.xml": (
        "application/xml",
        (
            "<sitemapindex><sitemap><loc>http://HOST/maps/one.xml.gz</loc></sitemap>"
            "<sitemap><loc>http://HOST/maps/feed.xml</loc></sitemap></sitemapindex>"
        ),
    ),
    "/maps/one.xml.gz": (
        "application/gzip",
        "<urlset><url><loc>http://HOST/found/sitemap-gzip</loc></url></urlset>",
    ),
    "/maps/feed.xml": (
        "application/rss+xml",
        "<rss><item><link>http://HOST/found/sitemap-feed</link></item></rss>",
    ),
    "/sitemap.xml": (
        "application/xml",
        (
            '<urlset xmlns:x="http://www.w3.org/1999/xhtml"><url><loc>http://HOST/found/sitemap</loc>'
            "</url><url><loc><![CDATA[http://HOST/found/sitemap-cdata]]></loc></url></urlset>"
        ),
    ),
    "/sitemap.txt": ("text/plain", "http://HOST/found/sitemap-text\n"),
    "/.well-known/security.txt": ("text/plain", "Contact: http://HOST/found/security-txt\nExpires: never\n"),
    "/.well-known/openid-configuration": (
        "application/json",
        '{"issuer": "http://HOST/", "token_endpoint": "http://HOST/found/openid-endpoint"}',
    ),
    "/.well-known/assetlinks.json": ("application/json", '[{"include": "http://HOST/found/asset-links"}]'),
    "/.well-known/host-meta": (
        "application/xrd+xml",
        '<XRD><Link rel="lrdd" template="/found/host-meta?u={uri}"/></XRD>',
    ),
    "/.well-known/api-catalog": (
        "application/linkset+json",
        '{"linkset": [{"anchor": "/found/api-catalog"}]}',
    ),
    "/.well-known/apple-app-site-association": (
        "application/json",
        '{"applinks": {"details": [{"paths": ["/found/app-association/*"]}]}}',
    ),
    "/humans.txt": ("text/plain", "Team page: http://HOST/found/humans-txt\n"),
    "/llms.txt": ("text/plain", "- [Guide](/found/llms-txt): how\n"),
}
"""What lies where crawlers look by custom: path → media type and body, with the endpoints written out."""

NAMED = {
    "robots-disallow",
    "robots-allow",
    "robots-wildcard",
    "sitemap",
    "sitemap-cdata",
    "sitemap-text",
    "sitemap-gzip",
    "sitemap-feed",
    "security-txt",
    "openid-endpoint",
    "asset-links",
    "host-meta",
    "api-catalog",
    "app-association",
    "humans-txt",
    "llms-txt",
    "change-password",
}
"""The endpoints that `FIXED` hides, and the one that ``/.well-known/change-password`` redirects to."""
