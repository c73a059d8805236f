from s2n.s2nscanner.oracles.jwtsecrets import SECRETS


def test_a_few_hundred_each_once():
    assert 300 <= len(SECRETS) <= 600
    assert len(set(SECRETS)) == len(SECRETS)
    assert {b"secret", b"", b"your-256-bit-secret", b"keyboard cat"} <= set(SECRETS)
