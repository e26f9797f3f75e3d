"""What `manage.py doctor` knows: each examination looks at one part, says what it found and what to do.

    @examination("redis", _NEEDS_NOTHING)
    def redis_answers() -> Found: ...

`examine()` in `config/doctor/examining.py` runs them in order. An examination that raises is a finding too. What it
says is for the operator on the machine, in English as all commands.
"""
