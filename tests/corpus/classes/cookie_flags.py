"""Session cookies as frameworks set them, without and with what keeps them to themselves."""

from corpus.case import Case
from s2n.model import Request, Response

CASES: list[Case] = []
VALUE = "9f86d081884c7d659a2feaa0c55ad015"


def add(
    name: str, vulnerable: bool, *cookies: str, url: str = "https://site.test/", status: int = 200
) -> None:
    headers = (("Content-Type", "text/html"), *(("Set-Cookie", cookie) for cookie in cookies))
    answer = Response(status, headers=headers, body=b"<h1>Hi</h1>")
    CASES.append(Case("cookie_flags", name, vulnerable, lambda: lambda _: answer, (Request.from_url(url),)))


ALL = "Path=/; Secure; HttpOnly; SameSite=Lax"

add("php: bare", True, f"PHPSESSID={VALUE}; path=/")
add("spring: HttpOnly only", True, f"JSESSIONID={VALUE.upper()}; Path=/; HttpOnly")
add("aspnet: no Secure", True, f"ASP.NET_SessionId={VALUE[:24]}; path=/; HttpOnly; SameSite=Lax")
add(
    "express: plain HTTP, no SameSite",
    True,
    f"connect.sid=s%3A{VALUE}; Path=/; HttpOnly",
    url="http://site.test/",
)
add("flask: no SameSite", True, f"session=eyJ1c2VyIjoxfQ.{VALUE}; Secure; HttpOnly; Path=/")
add("django: readable", True, f"sessionid={VALUE}; Path=/; SameSite=Lax; Secure")
add(
    "laravel: None without Secure",
    True,
    f"laravel_session={VALUE}; httponly; samesite=none",
    url="http://site.test/",
)
add("rails: on a redirect", True, f"_shop_session={VALUE}; path=/; SameSite=Lax", status=302)
add(
    "jwt: readable",
    True,
    f"access_token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.{VALUE}; Path=/; Secure; SameSite=Strict",
)
add("remember me: no Secure", True, f"remember_me={VALUE}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000")
add("nameless secret: readable", True, f"x={VALUE}Az; Path=/; Secure; SameSite=Lax")
add("go: the last of a name counts", True, f"session={VALUE}; {ALL}", f"session={VALUE}; Path=/")
add("perl: SameSite misspelt", True, f"CGISESSID={VALUE}; Path=/; Secure; HttpOnly; SameSite=Laxy")
add("one of several", True, f"theme=dark; {ALL}", f"sid={VALUE}; Path=/; Secure; SameSite=Lax")

add("php: all set", False, f"PHPSESSID={VALUE}; {ALL}")
add("spring: lower case, no spaces", False, f"JSESSIONID={VALUE};path=/;secure;httponly;samesite=strict")
add(
    "plain HTTP: Secure cannot be asked for",
    False,
    f"session={VALUE}; Path=/; HttpOnly; SameSite=Lax",
    url="http://site.test/",
)
add("widget: None with Secure", False, f"session={VALUE}; Path=/; Secure; HttpOnly; SameSite=None")
add("angular: XSRF-TOKEN must be readable", False, f"XSRF-TOKEN={VALUE}; Path=/; Secure; SameSite=Lax")
add("django: csrftoken", False, f"csrftoken={VALUE}; Path=/")
add("language", False, "lang=en; Path=/")
add("consent", False, "cookie_consent=yes; Path=/; Max-Age=31536000")
add("analytics", False, "_ga=GA1.2.1234567890.1234567890; Path=/; Domain=.site.test")
add("load balancer", False, "AWSALB=abcDEF0123456789abcDEF0123456789; Path=/")
add("logout: expires", False, "sessionid=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/")
add("logout: Max-Age 0", False, f"sessionid={VALUE}; Max-Age=0; Path=/")
add("cloudflare", False, f"__cf_bm={VALUE}; Path=/")
add("a date", False, "last_visit=2024-02-29; Path=/")
add(
    "go: the last of a name counts, the good way",
    False,
    f"session={VALUE}; Path=/",
    f"session={VALUE}; {ALL}",
)
add("no cookie at all", False)
add("host prefix", False, f"__Host-session={VALUE}; {ALL}")
