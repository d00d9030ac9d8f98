"""What was acknowledged is there after `kill -9`, and what happens at once happens once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.machine import free_port

KILLS = 3


@pytest.mark.databases("sqlite")
def test_kill_nine_loses_nothing_that_was_acknowledged(start_server, account):
    """Writers run while the server is killed; afterwards every user they were told of exists."""
    server = start_server()
    pool_id = server.client(account=account).create_user_pool(PoolName="killed")["UserPool"]["Id"]
    for kill in range(KILLS):
        acknowledged: list[str] = []
        enough = threading.Event()

        def write(worker: int, kill: int = kill, acknowledged: list[str] = acknowledged, enough: threading.Event = enough) -> None:
            client = server.client(account=account)
            for number in range(100_000):
                name = f"user-{kill}-{worker}-{number}"
                try:
                    client.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
                except Exception:  # noqa: BLE001 - the server is gone
                    return
                acknowledged.append(name)
                if len(acknowledged) >= 40:
                    enough.set()

        writers = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        server.kill()
        for writer in writers:
            writer.join()
        server.restart()
        client = server.client(account=account)
        for name in acknowledged:
            assert client.admin_get_user(UserPoolId=pool_id, Username=name)["Username"] == name
    assert len(acknowledged) >= 40


@pytest.mark.databases("sqlite", "postgresql")
def test_a_name_signed_up_32_times_at_once_exists_once(server, account, idp):
    pool_id = idp.create_user_pool(PoolName="race")["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="c")["UserPoolClient"]["ClientId"]
    start = threading.Barrier(32)

    def sign_up(_: int) -> str:
        client = server.client(account=account)
        start.wait()
        try:
            client.sign_up(ClientId=client_id, Username="jane", Password="Correct-Horse-1")
        except client.exceptions.UsernameExistsException as error:
            return error.response["Error"]["Message"]
        return "created"

    with ThreadPoolExecutor(32) as pool:
        outcomes = sorted(pool.map(sign_up, range(32)))
    assert outcomes == ["User already exists"] * 31 + ["created"]
    assert len(idp.list_users(UserPoolId=pool_id)["Users"]) == 1


@pytest.mark.databases("sqlite", "postgresql")
def test_state_survives_a_restart(start_server, account, request):
    server = start_server(shared_keys=False)
    client = server.client(account=account)
    pool_id = client.create_user_pool(PoolName="kept")["UserPool"]["Id"]
    keys = server.http.get(f"{server.url}/{pool_id}/.well-known/jwks.json").json()
    assert server.stop() == 0
    server.restart()
    assert client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "kept"
    assert server.http.get(f"{server.url}/{pool_id}/.well-known/jwks.json").json() == keys


def test_several_workers_serve_one_port(start_server, account):
    """What one process wrote, the others see, whoever answers."""
    server = start_server(workers=2, port=free_port())
    pool_ids = [server.client(account=account).create_user_pool(PoolName=f"pool {n}")["UserPool"]["Id"] for n in range(20)]
    listed = [{pool["Id"] for pool in server.client(account=account).list_user_pools(MaxResults=60)["UserPools"]} for _ in range(10)]
    assert all(seen == set(pool_ids) for seen in listed)
    assert server.stop() == 0
