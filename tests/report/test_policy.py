"""What a page may do: run its own scripts and styles, and load nothing."""

from __future__ import annotations

from lifecircle.report.policy import content_security_policy

A = "'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"
"""SHA-256 of the letter a, as ``printf a | openssl dgst -sha256 -binary | base64`` gives it."""


def test_a_page_without_scripts_may_run_none():
    assert content_security_policy(["a"]) == (
        f"default-src 'none'; style-src {A}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_scripts_and_the_host_of_tiles_are_named_where_there_are_any():
    policy = content_security_policy(["b"], ["a", "b"], "https://tiles.example.org").split("; ")
    assert policy[1].startswith(f"script-src {A} 'sha256-")
    assert policy[3] == "img-src data: https://tiles.example.org"


def test_other_scripts_have_another_policy():
    assert content_security_policy(["b"], ["a"]) != content_security_policy(["b"], ["a "])
