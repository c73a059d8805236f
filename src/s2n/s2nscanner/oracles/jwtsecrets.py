"""Secrets that tutorials, templates and hurried people sign their tokens with."""

_WORDS = """
secret secretkey secret_key secret-key mysecret my_secret my-secret mysecretkey my_secret_key my-secret-key
supersecret super_secret super-secret supersecretkey super_secret_key super-secret-key topsecret top_secret
top-secret verysecret very_secret very-secret verysecretkey very-secret-key notasecret not-so-secret
secret123 secret1234 secret12345 secret1 secrets thesecret the-secret thisisasecret this-is-a-secret
this_is_a_secret thisismysecret this-is-my-secret thisisasecretkey this-is-a-secret-key thisissecret
s3cr3t s3cret s3cr3t_k3y sup3rs3cr3t shhh shhhh shhhhh shhhhhh shhhhhhared-secret shared-secret sharedsecret
shared_secret jwt jwtsecret jwt_secret jwt-secret jwtsecretkey jwt_secret_key jwt-secret-key jwt-key jwtkey
jwt_key myjwtsecret my-jwt-secret my_jwt_secret jwtToken jwttoken jwt-token jwtauth token tokensecret
token_secret token-secret accesstokensecret access_token_secret refresh_token_secret auth authsecret
auth_secret auth-secret authkey key keykey mykey my_key my-key privatekey private_key private-key signingkey
signing_key signing-key signature hmac hmackey hmac_key hmac-secret sessionsecret session_secret
session-secret cookiesecret cookie_secret cookie-secret password password1 password123 password1234 pass
passw0rd p@ssw0rd p@ssword Password Password1 Password123 P@ssw0rd mypassword changeme changeit change_me
change-me changethis change_this please-change-me replace_me replaceme default defaultsecret default_secret
admin admin123 administrator root toor test test123 testing testsecret test_secret test-secret testkey
test-key demo example examplekey example_key example-key sample temp temporary dev devsecret dev_secret
dev-secret development dev-key staging production prod local localhost debug foo bar foobar foobarbaz baz
qux quux hello helloworld hello_world hello-world abc abc123 abcd abcdef abcdefg abcdefghijklmnopqrstuvwxyz
abcd1234 a1b2c3d4 qwerty qwerty123 qwertyuiop asdf asdfgh asdfghjkl asdfasdf zxcvbn zxcvbnm letmein welcome
iloveyou monkey dragon master god ninja keyboard keyboardcat 0 1 12 123 1234 12345 123456 1234567 12345678
123456789 1234567890 0123456789 111111 000000 123123 654321 987654321 random randomsecret
random_secret_key somesecret some_secret some-secret some-secret-key somethingsecret anysecret any-secret
app appsecret app_secret app-secret app-key appkey APP_SECRET SECRET SECRET_KEY JWT_SECRET JWT JWTSECRET
JWT_SECRET_KEY JWT_KEY TOKEN_SECRET SECRETKEY PRIVATE_KEY Secret SecretKey MySecret MySecretKey api apikey
api_key api-key apisecret api_secret api-secret client_secret clientsecret flask flask-secret flasksecret
flask_secret django django-insecure laravel symfony rails spring springboot express expresssecret nodejs node
nestjs react vue angular fastapi fastapi-secret gin golang go php java python ruby web webapp website server
server_secret backend service user users username login company mycompany gibberish nothing none null
undefined true false empty blank your_secret your-secret yoursecret your_secret_key your-secret-key
your_jwt_secret your-jwt-secret your_jwt_secret_key your-256-bit-secret your-384-bit-secret
your-512-bit-secret yoursecretkey insert-secret-here enter-secret-here ENTER_SECRET_HERE TODO todo fixme
xxx xxxx xxxxxx ssh-rsa AllYourBase allyourbase keycloak hunter2 correcthorsebatterystaple GoodLuck
pa$$w0rd hackme hacker dvwa webgoat juiceshop crapi vampi nodegoat pentest ctf flag bwapp
"""

_PHRASES = (
    "this is a secret",
    "my secret key",
    "my super secret key",
    "keyboard cat",
    "secret key",
    "a secret",
    "very secret",
    "qwerty uiop",
    "hello world",
    "change me",
    "thisisthesecretkey",
    "",
)

SECRETS: tuple[bytes, ...] = tuple(dict.fromkeys(word.encode() for word in (*_WORDS.split(), *_PHRASES)))
"""About 400, tried offline: 1 ms for a token."""
