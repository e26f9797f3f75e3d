def database_url(var_dir, role="web"):
    return "postgresql:///parvis?host=/tmp/pgl/sock&user=parvis_" + role


def redis_url(var_dir):
    return "unix:///tmp/pgl/redis.sock?db=0"


def secret_key(var_dir):
    return "x" * 50
