"""The Lambda API, as far as triggers need it: functions that are made, changed, described, permitted and invoked.

Everything is at once what AWS makes it after a while: a new function is Active, an update Successful.
https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
"""
