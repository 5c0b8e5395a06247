"""S3 of the local cloud, as boto3 calls it.

    AWS_ENDPOINT_URL=http://127.0.0.1:8080 python test/clients/s3.py BUCKET [VERSIONED-BUCKET]

Needs boto3 alone. Everything that it writes is under a prefix of its own, and removed again. Ends with 1 at the first difference.
"""

import base64
import concurrent.futures
import hashlib
import io
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zlib

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

PREFIX = f"clients-{uuid.uuid4().hex[:8]}/"
MIB = 1024 * 1024


def client(**config):
    return boto3.client(
        "s3",
        region_name=os.environ.get("AWS_REGION", "eu-central-1"),
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "local"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "local"),
        config=Config(**config),
    )


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, f"{error} is not {code}"
        return error.response
    raise AssertionError(f"nothing was refused with {code}")


def objects(s3, bucket):
    body = bytes(range(256)) * 40
    put = s3.put_object(Bucket=bucket, Key=PREFIX + "one", Body=body, ContentType="text/x-test", Metadata={"owner": "me"}, Tagging="a=b&c=d%20e")
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"', put["ETag"]
    got = s3.get_object(Bucket=bucket, Key=PREFIX + "one")
    assert got["Body"].read() == body and got["ContentType"] == "text/x-test" and got["Metadata"] == {"owner": "me"}
    assert got["TagCount"] == 2 and got["ContentLength"] == len(body)
    head = s3.head_object(Bucket=bucket, Key=PREFIX + "one", ChecksumMode="ENABLED")
    assert head["ETag"] == put["ETag"] and head["ChecksumType"] == "FULL_OBJECT"
    part = s3.get_object(Bucket=bucket, Key=PREFIX + "one", Range="bytes=10-19")
    assert part["Body"].read() == body[10:20] and part["ContentRange"] == f"bytes 10-19/{len(body)}"
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert s3.get_object(Bucket=bucket, Key=PREFIX + "one", Range="bytes=-5")["Body"].read() == body[-5:]
    refused("InvalidRange", s3.get_object, Bucket=bucket, Key=PREFIX + "one", Range="bytes=99999-")
    overridden = s3.get_object(Bucket=bucket, Key=PREFIX + "one", ResponseContentType="text/csv", ResponseContentDisposition='attachment; filename="x"')
    assert overridden["ContentType"] == "text/csv" and "attachment" in overridden["ContentDisposition"]
    refused("304", s3.get_object, Bucket=bucket, Key=PREFIX + "one", IfNoneMatch=put["ETag"])
    refused("PreconditionFailed", s3.get_object, Bucket=bucket, Key=PREFIX + "one", IfMatch='"other"')
    refused("PreconditionFailed", s3.put_object, Bucket=bucket, Key=PREFIX + "one", Body=b"", IfNoneMatch="*")
    refused("NoSuchKey", s3.get_object, Bucket=bucket, Key=PREFIX + "none")
    refused("404", s3.head_object, Bucket=bucket, Key=PREFIX + "none")
    refused("NoSuchBucket", s3.list_objects_v2, Bucket="no-such-bucket-here")
    refused("BadDigest", s3.put_object, Bucket=bucket, Key=PREFIX + "bad", Body=b"x", ContentMD5=base64.b64encode(hashlib.md5(b"y").digest()).decode())
    refused("BadDigest", s3.put_object, Bucket=bucket, Key=PREFIX + "bad", Body=b"x", ChecksumCRC32="AAAAAA==")
    tags = s3.get_object_tagging(Bucket=bucket, Key=PREFIX + "one")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"a": "b", "c": "d e"}, tags
    s3.put_object_tagging(Bucket=bucket, Key=PREFIX + "one", Tagging={"TagSet": [{"Key": "x", "Value": "y"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key=PREFIX + "one")["TagSet"] == [{"Key": "x", "Value": "y"}]
    s3.delete_object_tagging(Bucket=bucket, Key=PREFIX + "one")
    assert s3.get_object_tagging(Bucket=bucket, Key=PREFIX + "one")["TagSet"] == []
    s3.copy_object(Bucket=bucket, Key=PREFIX + "two", CopySource={"Bucket": bucket, "Key": PREFIX + "one"})
    copy = s3.get_object(Bucket=bucket, Key=PREFIX + "two")
    assert copy["Body"].read() == body and copy["Metadata"] == {"owner": "me"}
    s3.copy_object(Bucket=bucket, Key=PREFIX + "two", CopySource={"Bucket": bucket, "Key": PREFIX + "two"}, MetadataDirective="REPLACE", Metadata={"n": "2"})
    assert s3.head_object(Bucket=bucket, Key=PREFIX + "two")["Metadata"] == {"n": "2"}
    s3.put_object(Bucket=bucket, Key=PREFIX + "empty", Body=b"")
    assert s3.get_object(Bucket=bucket, Key=PREFIX + "empty")["Body"].read() == b""
    s3.upload_fileobj(io.BytesIO(b"unseekable"), bucket, PREFIX + "stream")
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        s3.put_object(Bucket=bucket, Key=PREFIX + algorithm, Body=b"123456789", ChecksumAlgorithm=algorithm)
        head = s3.head_object(Bucket=bucket, Key=PREFIX + algorithm, ChecksumMode="ENABLED")
        expected = {"CRC32": zlib.crc32(b"123456789").to_bytes(4, "big"), "SHA1": hashlib.sha1(b"123456789").digest(), "SHA256": hashlib.sha256(b"123456789").digest()}
        assert head[f"Checksum{algorithm}"] == base64.b64encode(expected[algorithm]).decode()


KEYS = [
    "a", "a/b", "a/b/c", "a//b", "a/", "../up", "../../etc/passwd", "./dot", "..", "trailing.", "trailing /", "plus+sign", "per%cent", "%2F",
    "q?x=1&y=2", "hash#tag", "star*", "brackets[1]{2}", "quote'\"", "semi;colon:", "at@eq=", "comma,", "dollar$", "tilde~", "back\\slash",
    "pipe|", "<angle>", "`tick`", "caret^", "ümläut", "日本語", "😀", "\u00a0nbsp", "e\u0301", ".versions/x", ".hidden", "con", "tab\tin", "new\nline",
    "bell\x07", "k" * (1024 - len(PREFIX)),
]


def keys(s3, bucket):
    prefix = PREFIX + "keys/"
    wanted = sorted((prefix + key for key in KEYS if len((prefix + key).encode()) <= 1024), key=lambda key: key.encode())
    for key in wanted:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    for key in wanted:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode(), key
    for operation in ("list_objects_v2", "list_objects"):
        found = []
        for page in s3.get_paginator(operation).paginate(Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": 7}):
            found += [entry["Key"] for entry in page.get("Contents", [])]
        assert found == wanted, (operation, [key for key in found if key not in wanted], [key for key in wanted if key not in found])
    found, prefixes = [], []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/", PaginationConfig={"PageSize": 3}):
        found += [entry["Key"] for entry in page.get("Contents", [])]
        prefixes += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
    rests = [key[len(prefix):] for key in wanted]
    assert found == [prefix + rest for rest in rests if "/" not in rest]
    assert prefixes == sorted({prefix + rest.split("/")[0] + "/" for rest in rests if "/" in rest}, key=lambda text: text.encode())
    refused("KeyTooLongError", s3.put_object, Bucket=bucket, Key="k" * 1025, Body=b"")
    # Answers cannot name a key with control characters in XML that Python parses, on AWS neither.
    s3.delete_object(Bucket=bucket, Key=prefix + "bell\x07")
    wanted = [key for key in wanted if "\x07" not in key]
    for start in range(0, len(wanted), 10):
        chunk = [{"Key": key} for key in wanted[start : start + 10]]
        deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": chunk})
        assert len(deleted["Deleted"]) == len(chunk) and "Errors" not in deleted, deleted
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)


def multipart(s3, bucket):
    key = PREFIX + "parts"
    body = os.urandom(12 * MIB)
    s3.upload_fileobj(io.BytesIO(body), bucket, key, Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
    head = s3.head_object(Bucket=bucket, Key=key)
    digests = b"".join(hashlib.md5(body[at : at + 5 * MIB]).digest() for at in range(0, len(body), 5 * MIB))
    assert head["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"', head["ETag"]
    target = io.BytesIO()
    s3.download_fileobj(bucket, key, target, Config=TransferConfig(multipart_threshold=MIB, multipart_chunksize=MIB))
    assert target.getvalue() == body
    assert s3.get_object(Bucket=bucket, Key=key, PartNumber=2)["Body"].read() == body[5 * MIB : 10 * MIB]
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key + "2", ChecksumAlgorithm="SHA256")["UploadId"]
    one = s3.upload_part_copy(Bucket=bucket, Key=key + "2", UploadId=upload, PartNumber=1, CopySource={"Bucket": bucket, "Key": key}, CopySourceRange=f"bytes=0-{6 * MIB - 1}")["CopyPartResult"]
    two = s3.upload_part(Bucket=bucket, Key=key + "2", UploadId=upload, PartNumber=2, Body=b"end", ChecksumAlgorithm="SHA256")
    listed = s3.list_parts(Bucket=bucket, Key=key + "2", UploadId=upload)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, 6 * MIB), (2, 3)]
    uploads = s3.list_multipart_uploads(Bucket=bucket, Prefix=PREFIX)["Uploads"]
    assert [each["UploadId"] for each in uploads] == [upload]
    refused("InvalidPart", s3.complete_multipart_upload, Bucket=bucket, Key=key + "2", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": '"0"'}]})
    refused("InvalidPartOrder", s3.complete_multipart_upload, Bucket=bucket, Key=key + "2", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 2, "ETag": two["ETag"], "ChecksumSHA256": two["ChecksumSHA256"]}, {"PartNumber": 1, "ETag": one["ETag"]}]})
    done = s3.complete_multipart_upload(Bucket=bucket, Key=key + "2", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": one["ETag"], "ChecksumSHA256": one["ChecksumSHA256"]}, {"PartNumber": 2, "ETag": two["ETag"], "ChecksumSHA256": two["ChecksumSHA256"]}]})
    composite = hashlib.sha256(hashlib.sha256(body[: 6 * MIB]).digest() + hashlib.sha256(b"end").digest()).digest()
    assert done["ChecksumSHA256"] == base64.b64encode(composite).decode() + "-2", done
    assert s3.get_object(Bucket=bucket, Key=key + "2")["Body"].read() == body[: 6 * MIB] + b"end"
    attributes = s3.get_object_attributes(Bucket=bucket, Key=key + "2", ObjectAttributes=["ETag", "Checksum", "ObjectParts", "ObjectSize"])
    assert attributes["ObjectParts"]["TotalPartsCount"] == 2 and attributes["ObjectSize"] == 6 * MIB + 3
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key + "3")["UploadId"]
    s3.abort_multipart_upload(Bucket=bucket, Key=key + "3", UploadId=upload)
    refused("NoSuchUpload", s3.upload_part, Bucket=bucket, Key=key + "3", UploadId=upload, PartNumber=1, Body=b"")


def presigned(s3, bucket):
    key = PREFIX + "pre signed+é"
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key, "ContentType": "text/plain"})
    request = urllib.request.Request(url, data=b"by url", method="PUT", headers={"Content-Type": "text/plain"})
    assert urllib.request.urlopen(request).status == 200
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key, "ResponseContentType": "text/html"})
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"by url" and answer.headers["content-type"] == "text/html"
    for bad in (urllib.parse.urlsplit(url)._replace(query="").geturl(), re.sub(r"X-Amz-Date=\d{8}", "X-Amz-Date=20200101", url)):
        try:
            urllib.request.urlopen(bad)
            raise AssertionError("answered without a signature")
        except urllib.error.HTTPError as error:
            assert error.code == 403 and b"<Code>AccessDenied</Code>" in error.read()


def versions(s3, bucket):
    key = PREFIX + "versioned"
    ids = [s3.put_object(Bucket=bucket, Key=key, Body=text)["VersionId"] for text in (b"one", b"two", b"three")]
    assert s3.get_object(Bucket=bucket, Key=key, VersionId=ids[0])["Body"].read() == b"one"
    marker = s3.delete_object(Bucket=bucket, Key=key)
    assert marker["DeleteMarker"] is True
    response = refused("NoSuchKey", s3.get_object, Bucket=bucket, Key=key)
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    refused("MethodNotAllowed", s3.get_object, Bucket=bucket, Key=key, VersionId=marker["VersionId"])
    seen = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key, PaginationConfig={"PageSize": 2}):
        seen += [entry["VersionId"] for entry in page.get("DeleteMarkers", []) + page.get("Versions", [])]
    assert seen == [marker["VersionId"], *reversed(ids)], seen
    s3.delete_object(Bucket=bucket, Key=key, VersionId=marker["VersionId"])
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"three"
    s3.delete_object(Bucket=bucket, Key=key, VersionId=ids[2])
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"two"
    for version in ids[:2]:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
    assert "Versions" not in s3.list_object_versions(Bucket=bucket, Prefix=key)


def settings(s3, bucket):
    assert bucket in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    s3.head_bucket(Bucket=bucket)
    s3.get_bucket_location(Bucket=bucket)
    s3.get_bucket_versioning(Bucket=bucket)
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]["BlockPublicAcls"] is True
    s3.get_bucket_acl(Bucket=bucket)
    refused("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    refused("NotImplemented", s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def parallel(s3, bucket):
    def one(number):
        key = f"{PREFIX}parallel/{number % 50}"
        body = str(number).encode() * 100
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        got = s3.get_object(Bucket=bucket, Key=key)
        text = got["Body"].read()
        # Another thread may have written it meanwhile, but never half of it.
        assert got["ETag"] == f'"{hashlib.md5(text).hexdigest()}"'

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        list(pool.map(one, range(400)))


def clean(s3, bucket):
    for upload in s3.list_multipart_uploads(Bucket=bucket, Prefix=PREFIX).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=PREFIX):
        entries = page.get("Versions", []) + page.get("DeleteMarkers", [])
        found = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
        if found:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bucket, versioned = sys.argv[1], (sys.argv[2:] or [None])[0]
    path = client(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, max_pool_connections=64)
    try:
        for test in (settings, objects, keys, multipart, presigned, parallel):
            test(path, bucket)
            print(f"s3.py: {test.__name__} ok")
        if versioned is not None:
            versions(path, versioned)
            print("s3.py: versions ok")
    finally:
        clean(path, bucket)


if __name__ == "__main__":
    main()
