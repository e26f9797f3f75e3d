"""The addresses of a person’s own account, in every community and on the platform’s host."""

from __future__ import annotations

from tests.sweeps.address import Address
from tests.sweeps.audiences import (
    BY_POST_ONLY_FOR_ALL,
    EVERYBODY,
    OPENS,
    SENDS_TO_SIGN_IN,
    SIGNED_IN,
    nobody,
    public,
)

# The person's own pages are the same on every host.
PERSON = {
    "healthz": Address(EVERYBODY),
    "readyz": Address(EVERYBODY),
    "me/security/": Address(SIGNED_IN),
    "me/security/email/works/": Address(BY_POST_ONLY_FOR_ALL, post=SIGNED_IN),
    "email/works/<str:token>/": Address(
        # The address is the person’s, whichever community asks.
        EVERYBODY,
        {"token": "address_works"},
        post=EVERYBODY,
        foreign=OPENS,
    ),
    "choices/language/": Address(BY_POST_ONLY_FOR_ALL, post=EVERYBODY, data={"language": "fr"}),
    "sign-in/": Address(EVERYBODY, post=EVERYBODY, data={"login": "nobody@example.org"}),
    "sign-in/code/": Address(EVERYBODY),
    "sign-in/code/new/": Address(nobody(SENDS_TO_SIGN_IN)),
    "sign-in/again/": Address(SIGNED_IN),
    "sign-in/closed/": Address(EVERYBODY),
    "sign-out/": Address(EVERYBODY, post=EVERYBODY),
    "sign-up/": Address(nobody(SENDS_TO_SIGN_IN)),
    "password/forgot/": Address(EVERYBODY, post=EVERYBODY, data={"email": "nobody@example.org"}),
    "password/forgot/sent/": Address(EVERYBODY),
    "password/reset/done/": Address(EVERYBODY),
    "password/reset/<uidb36>-<key>/": Address(EVERYBODY, {"uidb36": "=a", "key": "=b-c"}),
    "email/confirm/": Address(public(visitor=SENDS_TO_SIGN_IN)),
    "me/security/email/": Address(SIGNED_IN, post=SIGNED_IN),
    "me/security/password/": Address(SIGNED_IN, post=SIGNED_IN),
    "me/security/password/set/": Address(SIGNED_IN),
}
