from allauth.account.adapter import DefaultAccountAdapter


class MemberAdapter(DefaultAccountAdapter):
    pass
