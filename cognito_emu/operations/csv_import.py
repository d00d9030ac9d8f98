"""Importing users from CSV files: jobs, and the header that their files have."""

from __future__ import annotations

import string
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.user_import import csv_header
from cognito_emu.errors import (
    LimitExceededException,
    OperationNotEnabledException,
    PreconditionNotMetException,
    ResourceNotFoundException,
    UserImportInProgressException,
)
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.user_imports import ImportJob
from cognito_emu.store.user_pools import UserPool
from cognito_emu.user_import.files import VALID_SECONDS, signed_url

# "Maximum number of user import jobs for each user pool" (developer guide, "Quotas in Amazon Cognito")
_MOST_JOBS = 1000
# UserImportJobsListType of the model takes no more, though MaxResults may be 60.
_MOST_LISTED = 50
_ALNUM = string.ascii_letters + string.digits


@operation("GetCSVHeader")
async def get_csv_header(call: Call, request: Request) -> Response:
    """The first line of a file for this pool."""
    pool = await call.store.read(lambda tx: require_pool(call, tx, request["UserPoolId"]))
    return {"UserPoolId": pool.id, "CSVHeader": csv_header(pool.settings["SchemaAttributes"])}


@operation("CreateUserImportJob")
async def create_user_import_job(call: Call, request: Request) -> Response:
    """Create a job and say where its file is to be put within the next 15 minutes."""
    now = call.env.now()
    job_id = f"import-{call.env.random_text(10, _ALNUM)}"
    job = ImportJob(
        id=job_id,
        pool_id=request["UserPoolId"],
        name=request["JobName"],
        role_arn=request["CloudWatchLogsRoleArn"],
        hashing=request.get("PasswordHashingAlgorithm"),
        url=signed_url(call.origin.base_url, call.parts.secret, job_id, int(now) + VALID_SECONDS),
        status="Created",
        created_at=now,
    )

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        _refuse_during_recovery(call, tx, pool)
        if tx.user_imports.count(pool.id) >= _MOST_JOBS:
            # Assumption: the sentence; the quota is documented.
            raise LimitExceededException("The maximum number of user import jobs for the user pool has been reached.")
        tx.user_imports.add(job)

    await call.store.transact(write)
    return {"UserImportJob": _render(job)}


@operation("DescribeUserImportJob")
async def describe_user_import_job(call: Call, request: Request) -> Response:
    """Show how far a job is."""
    return {"UserImportJob": _render(await call.store.read(lambda tx: _require_job(call, tx, request)[1]))}


@operation("ListUserImportJobs")
async def list_user_import_jobs(call: Call, request: Request) -> Response:
    """List the pool's jobs. Assumption: the newest first."""
    scope = ["ListUserImportJobs", request["UserPoolId"]]
    after = read_token(call, scope, request.get("PaginationToken"))
    limit = min(page_size(request["MaxResults"]), _MOST_LISTED)
    page = await call.store.read(
        lambda tx: tx.user_imports.page(require_pool(call, tx, request["UserPoolId"]).id, limit=limit, after=after)
    )
    return {"UserImportJobs": [_render(job) for job in page.items], "PaginationToken": make_token(call, scope, page.next)}


@operation("StartUserImportJob")
async def start_user_import_job(call: Call, request: Request) -> Response:
    """Begin to import. The work is done in the background."""

    def write(tx: Tx) -> ImportJob:
        pool, job = _require_job(call, tx, request)
        _refuse_during_recovery(call, tx, pool)
        _check_start(call, tx, pool, job)
        tx.user_imports.update(job.id, status="Pending", started_at=call.env.now())
        return _require_job(call, tx, request)[1]

    return {"UserImportJob": _render(await call.store.transact(write))}


@operation("StopUserImportJob")
async def stop_user_import_job(call: Call, request: Request) -> Response:
    """Stop a job that runs. Users who were imported stay."""

    def write(tx: Tx) -> ImportJob:
        _, job = _require_job(call, tx, request)
        if job.status not in {"Pending", "InProgress"}:
            # Assumption: the sentence.
            raise PreconditionNotMetException(f"Import job {job.id} cannot be stopped because its status is {job.status}.")
        tx.user_imports.update(job.id, status="Stopping")
        return _require_job(call, tx, request)[1]

    return {"UserImportJob": _render(await call.store.transact(write))}


def refuse_during_import(tx: Tx, pool: UserPool) -> None:
    """Keep a pool as it is while users are imported into it.

    Raises:
        UserImportInProgressException: They are. Assumption: the sentence.
    """
    if tx.user_imports.active_in_pool(pool.id):
        raise UserImportInProgressException("A user import job is in progress for the user pool.")


def _refuse_during_recovery(call: Call, tx: Tx, pool: UserPool) -> None:
    """Neither create nor start a job while a recovery is in progress (API reference, InitiatePointInTimeRecovery).

    Raises:
        OperationNotEnabledException: One is. Assumption: the error and the sentence.
    """
    if tx.recoveries.pauses(pool.id, call.env.now()):
        raise OperationNotEnabledException("User import jobs can't be created or started while a point-in-time recovery is in progress.")


def _require_job(call: Call, tx: Tx, request: Request) -> tuple[UserPool, ImportJob]:
    """The pool's job.

    Raises:
        ResourceNotFoundException: There is none. Assumption: the sentence.
    """
    pool = require_pool(call, tx, request["UserPoolId"])
    job = tx.user_imports.get(request["JobId"])
    if job is None or job.pool_id != pool.id:
        raise ResourceNotFoundException(f"User import job {request['JobId']} does not exist.")
    return pool, job


def _check_start(call: Call, tx: Tx, pool: UserPool, job: ImportJob) -> None:
    """What must be so before a job can start.

    Raises:
        PreconditionNotMetException: It is not. Assumption: the sentences but that of the missing file (aws-amplify/amplify-js 6416).
    """
    if job.status != "Created":
        raise PreconditionNotMetException(f"Import job {job.id} cannot be started because its status is {job.status}.")
    if not job.uploaded:
        raise PreconditionNotMetException(f"No csv file was uploaded for {job.id}")
    if not pool.settings.get("AutoVerifiedAttributes"):
        # "If the user pool has no auto-verified attributes, the import job will not start." (developer guide)
        raise PreconditionNotMetException("The user pool must have at least one auto verified attribute to import users.")
    if tx.user_imports.active_in_account(call.tenant.account, call.tenant.region):
        # "Only one import job can be active at a time per account." (developer guide)
        raise PreconditionNotMetException("Another user import job is active in the account.")


def _render(job: ImportJob) -> dict[str, Any]:
    """The model's UserImportJobType."""
    return {
        "JobName": job.name,
        "JobId": job.id,
        "UserPoolId": job.pool_id,
        "PreSignedUrl": job.url,
        "CreationDate": job.created_at,
        "StartDate": job.started_at,
        "CompletionDate": job.completed_at,
        "Status": job.status,
        "CloudWatchLogsRoleArn": job.role_arn,
        "ImportedUsers": job.imported,
        "SkippedUsers": job.skipped,
        "FailedUsers": job.failed,
        "CompletionMessage": job.message,
        "PasswordHashingAlgorithm": job.hashing,
    }
