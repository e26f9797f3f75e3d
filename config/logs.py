import logging


class RequestIdFilter(logging.Filter):
    pass


class JsonFormatter(logging.Formatter):
    pass
