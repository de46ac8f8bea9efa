"""Where a file may be sent to: what an SDK beyond a wire asks before it sends one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.kernel.operation import Operation, parsed
from cloud_fake.models.parameters import UploadMetadataParameters
from cloud_fake.models.results import UploadMetadataResult
from cloud_fake.services.storage.files import bucket_name, check_upload, file_id

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work

__all__ = ["UPLOAD_METADATA"]


def upload_metadata(work: Work, parameters: UploadMetadataParameters) -> UploadMetadataResult:
    """Whether the caller may put a file there, and what it will be called.

    Raises:
        Failure: as `check_upload`.
    """
    path, env = parameters.path, work.world.env_name(work.env)
    check_upload(work, path)
    return UploadMetadataResult(fileID=file_id(env, path), bucket=bucket_name(env), env=env)


UPLOAD_METADATA = Operation(
    "storage.getUploadMetadata",
    "getUploadMetadata",
    upload_metadata,
    parsed(UploadMetadataParameters),
    service="storage",
)
