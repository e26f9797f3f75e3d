"""The doors of accounts: which forms they show, and how often somebody may knock."""

FORMS = {
    "login": "members.forms.SignInForm",
    "request_login_code": "members.forms.AskCodeForm",
    "change_email": "members.forms.CorrectEmailForm",
    "confirm_login_code": "members.forms.SignInCodeForm",
    "confirm_email_verification_code": "members.forms.ConfirmEmailForm",
    "reset_password": "members.forms.AskPasswordResetForm",
    "reset_password_from_key": "members.forms.ResetPasswordForm",
    "change_password": "members.forms.ChangePasswordForm",
    "set_password": "members.forms.SetPasswordForm",
    "add_email": "members.forms.ChangeEmailForm",
    "reauthenticate": "members.forms.SignInAgainForm",
}

# Beside allauth's own limits. Nobody's mailbox is filled by asking again and again; reports and contacts need no
# account, so they are limited by address: a shared office stays below this.
RATE_LIMITS = {
    "reset_password": "20/m/ip,3/m/key,10/h/key,30/d/key",
    "request_login_code": "20/m/ip,3/m/key,10/h/key,30/d/key",
    # The code that proves an address, which anybody may type when they join.
    "confirm_email": "1/10s/key,10/h/key,30/d/key",
    "report": "60/h/ip",
    "contact": "30/h/ip",
    "saved_call": "120/h/ip",
    "own_data": "6/h/user",
    "owner_link": "20/h/ip",
    "address_works": "5/h/user",
}
