"""Amazon Cognito's Lambda triggers, run for real.

This package owns the events that Cognito sends, the checking of what a function returns, the function registry and the machinery
that runs functions: as local processes, in containers, or at a remote Lambda endpoint. It takes plain values and returns plain
values. It does not own user pools and imports nothing of `cognito_emu`.

Where to look: `events` builds what goes out, `responses` reads what comes back, `bus` is the one door through which a trigger is
invoked, `functions` says which code an ARN stands for, `executors` run it, `runtime_api` is the Lambda Runtime API that a running
function speaks.
"""
