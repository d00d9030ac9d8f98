"""Importing users from CSV files."""

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import bcrypt
import pytest
import requests
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server

ROLE = "arn:aws:iam::123456789012:role/import"
ACTIVE = {"Pending", "InProgress", "Stopping"}
HEADER = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    "cognito:mfa_enabled",
    "cognito:username",
]


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    return make_pool(idp, inbox)


def person(username: str, **values: str) -> dict[str, str]:
    """A line that can be imported."""
    email = {"email": f"{username}@example.com", "email_verified": "true"}
    return {"cognito:username": username, "cognito:mfa_enabled": "false"} | email | values


def csv_of(people: Iterable[Mapping[str, str]], header: list[str] = HEADER) -> bytes:
    """A file with these people."""
    lines = [",".join(someone.get(column, "") for column in header) for someone in people]
    return "\n".join([",".join(header), *lines, ""]).encode()


class Import:
    """One job, seen through boto3."""

    def __init__(self, pool: Pool, file: bytes | None = None, **settings: Any) -> None:
        self.pool = pool
        request = {"UserPoolId": pool.id, "JobName": "import", "CloudWatchLogsRoleArn": ROLE} | settings
        self.created = pool.idp.create_user_import_job(**request)["UserImportJob"]
        self.request = {"UserPoolId": pool.id, "JobId": self.created["JobId"]}
        if file is not None:
            assert self.put(file).status_code == 200

    def put(self, file: bytes) -> requests.Response:
        headers = {"x-amz-server-side-encryption": "aws:kms"}
        return requests.put(self.created["PreSignedUrl"], data=file, headers=headers, timeout=60)

    def start(self) -> Any:
        return self.pool.idp.start_user_import_job(**self.request)["UserImportJob"]

    def shown(self) -> Any:
        return self.pool.idp.describe_user_import_job(**self.request)["UserImportJob"]

    def end(self) -> Any:
        """The job when it is over."""
        return self.wait_until(lambda job: job["Status"] not in ACTIVE)

    def wait_until(self, condition: Callable[[Any], bool]) -> Any:
        for _ in range(20_000):
            if condition(job := self.shown()):
                return job
        raise AssertionError(f"still {job}")

    def run(self) -> Any:
        self.start()
        return self.end()

    def log(self, server: Server) -> str:
        answer = server.http.get(f"{server.url}/_emu/import-jobs/{self.request['JobId']}/log")
        assert answer.status_code == 200
        return str(answer.text)


class TestHeader:
    def test_it_has_the_standard_attributes_and_then_the_pools_own(self, idp: Any, pool: Pool) -> None:
        assert idp.get_csv_header(UserPoolId=pool.id)["CSVHeader"] == HEADER
        idp.add_custom_attributes(UserPoolId=pool.id, CustomAttributes=[{"Name": "tier", "AttributeDataType": "String"}])
        assert idp.get_csv_header(UserPoolId=pool.id)["CSVHeader"] == [*HEADER[:-2], "custom:tier", *HEADER[-2:]]

    def test_it_is_of_a_pool_that_exists(self, idp: Any) -> None:
        assert refusal(idp.get_csv_header, UserPoolId="us-east-1_Nowhere00") == (
            "ResourceNotFoundException",
            "User pool us-east-1_Nowhere00 does not exist.",
        )


class TestImport:
    def test_a_job_imports_skips_and_fails_line_by_line(self, pool: Pool, server: Server, account: str) -> None:
        pool.enrol("old")
        people = [
            person("ann", name="Ann\\, the first", birthdate="02/01/1985"),
            person("old"),
            person("bob", email_verified="false"),
            person("cleo", **{"cognito:mfa_enabled": "perhaps"}),
            person("dora", **{"cognito:mfa_enabled": "true"}),
            person("", email="x@example.com"),
            person("eve", email="nowhere"),
            person("fay", email=""),
        ]
        job = Import(pool, csv_of(people))
        ended = job.run()
        assert (ended["Status"], ended["ImportedUsers"], ended["SkippedUsers"], ended["FailedUsers"]) == ("Failed", 1, 1, 6)
        assert ended["CompletionMessage"] == "Too many users have failed or been skipped during the import."
        expected = [
            "[SUCCEEDED] Line Number 2 - The import succeeded.",
            "[SKIPPED] Line Number 3 - The user already exists.",
            (
                "[FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes to verified. "
                "(Example: email_verified to true)."
            ),
            "[FAILED] Line Number 5 - The User Record must set cognito:mfa_enabled to true or false.",
            "[FAILED] Line Number 6 - The User Record must set cognito:mfa_enabled to false because MFA is off in the user pool.",
            "[FAILED] Line Number 7 - The User Record does not set cognito:username.",
            "[FAILED] Line Number 8 - Invalid email address format.",
            "[FAILED] Line Number 9 - The User Record sets email_verified to true without email.",
        ]
        assert job.log(server).splitlines() == expected
        group = f"aws/cognito/userpools/{pool.id}/people"
        [exported] = server.folder.rglob(f"logs/cloudwatch/us-east-1/{account}/{group}/{job.request['JobId']}.log")
        assert exported.read_text().splitlines() == expected
        assert not list(server.folder.rglob(f"import-jobs/{job.request['JobId']}*"))
        assert pool.attributes_of("ann") == {
            "name": "Ann, the first",
            "birthdate": "1985-02-01",
            "email": "ann@example.com",
            "email_verified": "true",
        }

    def test_who_was_imported_chooses_a_password_and_signs_in(self, pool: Pool, inbox: Inbox) -> None:
        assert Import(pool, csv_of([person("ann")])).run()["CompletionMessage"] == "Import Job Completed Successfully."
        assert pool.user("ann")["UserStatus"] == "RESET_REQUIRED"
        assert refusal(pool.try_sign_in, username="ann") == ("PasswordResetRequiredException", "Password reset required for the user")
        pool.idp.forgot_password(ClientId=pool.client, Username="ann")
        code = inbox.code(to="ann@example.com")
        pool.idp.confirm_forgot_password(ClientId=pool.client, Username="ann", ConfirmationCode=code, Password=PASSWORD)
        assert pool.sign_in("ann")
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"

    def test_the_order_of_the_columns_does_not_matter(self, pool: Pool) -> None:
        job = Import(pool, b"\xef\xbb\xbf" + csv_of([person("ann")], HEADER[::-1]).replace(b"\n", b"\r\n"))
        assert job.run()["ImportedUsers"] == 1

    def test_names_may_be_addresses_where_addresses_are_names(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email"])
        people = [person("", **{"cognito:username": "ann@example.com", "email": "ann@example.com"}), person("bob")]
        job = Import(pool, csv_of(people))
        assert (job.run()["ImportedUsers"], job.shown()["FailedUsers"]) == (1, 1)
        user = pool.user("ann@example.com")
        assert user["Username"] == pool.idp.list_users(UserPoolId=pool.id)["Users"][0]["Username"] != "ann@example.com"

    def test_an_alias_of_somebody_else_fails_the_line(self, idp: Any, inbox: Inbox, server: Server) -> None:
        pool = make_pool(idp, inbox, AliasAttributes=["email"])
        job = Import(pool, csv_of([person("ann"), person("bob", email="ann@example.com")]))
        job.run()
        assert job.log(server).splitlines()[1] == "[FAILED] Line Number 3 - An account with the given email already exists."

    def test_a_header_that_is_not_the_pools_fails_the_job(self, pool: Pool) -> None:
        ended = Import(pool, csv_of([person("ann")], HEADER[1:])).run()
        assert ended["Status"] == "Failed"
        assert ended["CompletionMessage"] == "The header in the CSV file does not match the expected headers for the user pool."

    def test_lines_that_are_no_csv_are_told_apart(self, pool: Pool, server: Server) -> None:
        long = person("ann", name="x" * 16_000)
        file = csv_of([long]) + b"one,two\n" + b"\xff\n" + csv_of([person("bob")]).split(b"\n")[1]
        job = Import(pool, file)
        job.run()
        assert job.log(server).splitlines() == [
            "[FAILED] Line Number 2 - The line is longer than 16000 characters.",
            "[FAILED] Line Number 3 - The number of values does not match the number of columns in the header.",
            "[FAILED] Line Number 4 - The line is not UTF-8.",
            "[SUCCEEDED] Line Number 5 - The import succeeded.",
        ]

    def test_mfa_is_set_up_where_the_pool_has_it(self, pool: Pool) -> None:
        pool.idp.set_user_pool_mfa_config(
            UserPoolId=pool.id,
            MfaConfiguration="OPTIONAL",
            SmsMfaConfiguration={"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}},
        )
        Import(pool, csv_of([person("ann", phone_number="+15550001", **{"cognito:mfa_enabled": "TRUE"})])).run()
        assert pool.user("ann")["UserMFASettingList"] == ["SMS_MFA"]

    def test_thousands_of_lines_are_imported_while_requests_are_answered(self, pool: Pool, server: Server) -> None:
        job = Import(pool, csv_of(person(f"user{number}") for number in range(5000)))
        job.start()
        assert refusal(pool.idp.update_user_pool, UserPoolId=pool.id) == (
            "UserImportInProgressException",
            "A user import job is in progress for the user pool.",
        )
        custom = [{"Name": "late", "AttributeDataType": "String"}]
        assert refusal(pool.idp.add_custom_attributes, UserPoolId=pool.id, CustomAttributes=custom)[0] == "UserImportInProgressException"
        assert refusal(pool.idp.delete_user_pool, UserPoolId=pool.id)[0] == "UserImportInProgressException"
        ended = job.end()
        assert (ended["Status"], ended["ImportedUsers"]) == ("Succeeded", 5000)
        assert job.log(server).count("[SUCCEEDED]") == 5000
        assert ended["StartDate"] <= ended["CompletionDate"]
        pool.idp.update_user_pool(UserPoolId=pool.id, AutoVerifiedAttributes=["email"])


class TestHashedPasswords:
    @pytest.mark.parametrize("algorithm", ["BCRYPT", "ARGON2ID", "SCRYPT", "PBKDF2_SHA256"])
    def test_an_imported_password_signs_in_and_becomes_one_like_any_other(self, pool: Pool, algorithm: str) -> None:
        header = [*HEADER, "cognito:password_hash"]
        people = [
            person("ann", **{"cognito:password_hash": hash_of(algorithm, PASSWORD).replace(",", "\\,")}),
            person("bob"),
            person("eve", **{"cognito:password_hash": "not-a-hash"}),
        ]
        job = Import(pool, csv_of(people, header), PasswordHashingAlgorithm=algorithm)
        assert (job.run()["ImportedUsers"], job.shown()["PasswordHashingAlgorithm"]) == (2, algorithm)
        assert (pool.user("ann")["UserStatus"], pool.user("bob")["UserStatus"]) == ("CONFIRMED", "RESET_REQUIRED")
        wrong = ("NotAuthorizedException", "Incorrect username or password.")
        assert refusal(pool.try_sign_in, username="ann", password=NEW_PASSWORD) == wrong
        assert pool.sign_in("ann")
        token = pool.sign_in("ann")
        pool.idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW_PASSWORD)
        assert refusal(pool.try_sign_in, username="ann") == wrong
        assert pool.sign_in("ann", NEW_PASSWORD)

    def test_an_imported_password_can_be_chosen_but_proved_by_srp_only_once_it_was_used(self, pool: Pool) -> None:
        header = [*HEADER, "cognito:password_hash"]
        people = [person("ann", **{"cognito:password_hash": hash_of("BCRYPT", PASSWORD)})]
        Import(pool, csv_of(people, header), PasswordHashingAlgorithm="BCRYPT").run()
        assert "PASSWORD" in pool.idp.admin_get_user_auth_factors(UserPoolId=pool.id, Username="ann")["ConfiguredUserAuthFactors"]
        chooser = pool.client_with(ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
        begin = {"ClientId": chooser.client, "AuthFlow": "USER_AUTH"}
        assert pool.idp.initiate_auth(**begin, AuthParameters={"USERNAME": "ann"})["AvailableChallenges"] == ["PASSWORD"]
        proof = {"USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
        assert pool.idp.initiate_auth(**begin, AuthParameters=proof)["AuthenticationResult"]["AccessToken"]
        available = pool.idp.initiate_auth(**begin, AuthParameters={"USERNAME": "ann"})["AvailableChallenges"]
        assert available == ["PASSWORD_SRP", "PASSWORD"]

    def test_a_password_that_was_reset_counts_no_more(self, pool: Pool) -> None:
        header = [*HEADER, "cognito:password_hash"]
        people = [person("ann", **{"cognito:password_hash": hash_of("BCRYPT", PASSWORD)})]
        Import(pool, csv_of(people, header), PasswordHashingAlgorithm="BCRYPT").run()
        pool.idp.admin_reset_user_password(UserPoolId=pool.id, Username="ann")
        assert refusal(pool.try_sign_in, username="ann")[0] == "PasswordResetRequiredException"


def hash_of(algorithm: str, password: str) -> str:
    """As the libraries of other systems write it."""
    salt, secret = os.urandom(16), password.encode()
    if algorithm == "BCRYPT":
        return bcrypt.hashpw(secret, bcrypt.gensalt(4)).decode()
    if algorithm == "ARGON2ID":
        return Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=1024).derive_phc_encoded(secret)
    if algorithm == "SCRYPT":
        derived = hashlib.scrypt(secret, salt=salt, n=2**10, r=8, p=1, dklen=32)
        return f"$scrypt$ln=10,r=8,p=1${unpadded(salt)}${unpadded(derived)}"
    return f"pbkdf2_sha256$1000$pepper${base64.b64encode(hashlib.pbkdf2_hmac('sha256', secret, b'pepper', 1000)).decode()}"


def unpadded(value: bytes) -> str:
    return base64.b64encode(value).rstrip(b"=").decode()


class TestUpload:
    def test_the_address_is_good_for_fifteen_minutes(self, pool: Pool, clock: Clock) -> None:
        job = Import(pool)
        clock.advance(minutes=16)
        answer = job.put(b"x")
        assert (answer.status_code, "<Message>Request has expired</Message>" in answer.text) == (403, True)

    def test_the_address_cannot_be_made_up(self, pool: Pool) -> None:
        job = Import(pool)
        other = Import(pool)
        job.created["PreSignedUrl"] = job.created["PreSignedUrl"].replace(job.request["JobId"], other.request["JobId"])
        answer = job.put(b"x")
        assert (answer.status_code, "<Code>SignatureDoesNotMatch</Code>" in answer.text) == (403, True)

    def test_more_than_a_hundred_megabytes_are_refused(self, pool: Pool) -> None:
        job = Import(pool)
        answer = job.put(b"x" * (100 * 1024 * 1024 + 1))
        assert (answer.status_code, "<Code>EntityTooLarge</Code>" in answer.text) == (400, True)
        assert refusal(job.start)[1] == f"No csv file was uploaded for {job.request['JobId']}"


class TestJobs:
    def test_a_new_job_waits_for_its_file(self, pool: Pool) -> None:
        job = Import(pool)
        assert job.created["Status"] == "Created"
        assert (job.created["ImportedUsers"], job.created["SkippedUsers"], job.created["FailedUsers"]) == (0, 0, 0)
        assert refusal(job.start) == ("PreconditionNotMetException", f"No csv file was uploaded for {job.request['JobId']}")

    def test_a_job_runs_once(self, pool: Pool) -> None:
        job = Import(pool, csv_of([person("ann")]))
        job.run()
        number = job.request["JobId"]
        assert refusal(job.start) == (
            "PreconditionNotMetException",
            f"Import job {number} cannot be started because its status is Succeeded.",
        )
        assert refusal(pool.idp.stop_user_import_job, **job.request) == (
            "PreconditionNotMetException",
            f"Import job {number} cannot be stopped because its status is Succeeded.",
        )

    def test_a_pool_that_verifies_nothing_imports_nothing(self, idp: Any, inbox: Inbox) -> None:
        job = Import(make_pool(idp, inbox, AutoVerifiedAttributes=[]), csv_of([person("ann")]))
        assert refusal(job.start) == (
            "PreconditionNotMetException",
            "The user pool must have at least one auto verified attribute to import users.",
        )

    def test_one_job_runs_at_a_time_and_can_be_stopped(self, idp: Any, inbox: Inbox, pool: Pool) -> None:
        job = Import(pool, csv_of(person(f"user{number}") for number in range(5000)))
        other = Import(make_pool(idp, inbox), csv_of([person("ann")]))
        job.start()
        assert refusal(other.start) == ("PreconditionNotMetException", "Another user import job is active in the account.")
        assert idp.stop_user_import_job(**job.request)["UserImportJob"]["Status"] == "Stopping"
        ended = job.end()
        assert (ended["Status"], ended["CompletionMessage"]) == ("Stopped", "The Import Job was stopped by the developer.")
        assert ended["ImportedUsers"] < 5000
        assert other.run()["Status"] == "Succeeded"

    def test_a_job_that_nobody_starts_expires(self, emptied_server: Callable[..., Server], account: str) -> None:
        server = emptied_server()
        idp = server.client("cognito-idp", account=account)
        job = Import(make_pool(idp, Inbox(server, account)), csv_of([person("ann")]))
        Clock(server).advance(hours=25)
        assert job.wait_until(lambda shown: shown["Status"] != "Created")["Status"] == "Expired"

    def test_jobs_are_listed_newest_first_page_by_page(self, idp: Any, pool: Pool) -> None:
        jobs = [Import(pool).request["JobId"] for _ in range(5)]
        listed: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = idp.list_user_import_jobs(UserPoolId=pool.id, MaxResults=2, **token)
            listed += [job["JobId"] for job in page["UserImportJobs"]]
            if "PaginationToken" not in page:
                break
            token = {"PaginationToken": page["PaginationToken"]}
        assert listed == jobs[::-1]
        bad = refusal(idp.list_user_import_jobs, UserPoolId=pool.id, MaxResults=2, PaginationToken="bad")
        assert bad == ("InvalidParameterException", "Invalid pagination token.")

    def test_a_job_of_another_pool_is_not_there(self, idp: Any, inbox: Inbox, pool: Pool) -> None:
        number = Import(make_pool(idp, inbox)).request["JobId"]
        expected = ("ResourceNotFoundException", f"User import job {number} does not exist.")
        for operation in (idp.describe_user_import_job, idp.start_user_import_job, idp.stop_user_import_job):
            assert refusal(operation, UserPoolId=pool.id, JobId=number) == expected

    def test_a_job_that_was_torn_away_goes_on_where_it_was(self, start_server: Callable[..., Server], account: str) -> None:
        server = start_server()
        pool = make_pool(server.client("cognito-idp", account=account), Inbox(server, account))
        job = Import(pool, csv_of(person(f"user{number}") for number in range(3000)))
        job.start()
        job.wait_until(lambda shown: shown["ImportedUsers"] > 100)
        server.kill()
        server.restart()
        Clock(server).advance(minutes=1)  # the dead process's lease is over
        ended = job.end()
        assert (ended["Status"], ended["ImportedUsers"], ended["SkippedUsers"]) == ("Succeeded", 3000, 0)
        lines = job.log(server).splitlines()
        assert lines == [f"[SUCCEEDED] Line Number {number} - The import succeeded." for number in range(2, 3002)]
