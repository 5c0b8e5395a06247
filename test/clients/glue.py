"""Glue's API of the local cloud with the clients of Python: boto3, and awswrangler where it is installed.

Needs AWS_ENDPOINT_URL, credentials (any keys), a region, and a stack with a bucket and a workgroup that has a result location.
Ends with 1 at the first thing that is not as on AWS. Arguments name the parts to run; without any, all run.
"""

import importlib.util
import sys
import uuid

import boto3
from botocore.exceptions import ClientError

glue = boto3.client("glue")
athena = boto3.client("athena")
PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
NAME = f"clients_{uuid.uuid4().hex[:8]}"


def check(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: found {found!r}, wanted {wanted!r}")


def refused(what, code, call):
    try:
        call()
    except ClientError as error:
        return check(what, error.response["Error"]["Code"], code)
    raise SystemExit(f"{what}: not refused, wanted {code}")


def workgroup_with_results():
    for summary in athena.list_work_groups()["WorkGroups"]:
        configuration = athena.get_work_group(WorkGroup=summary["Name"])["WorkGroup"]["Configuration"]
        location = configuration["ResultConfiguration"].get("OutputLocation")
        if location is not None:
            return summary["Name"], location.rstrip("/") + "/"
    raise SystemExit("no workgroup of the stack has a result location")


WORKGROUP, LOCATION = workgroup_with_results()


def table(name, *columns, keys=(), **parameters):
    def described(pairs):
        return [{"Name": one, "Type": kind} for one, kind in pairs]

    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "parquet", **parameters},
        "PartitionKeys": described(keys),
        "StorageDescriptor": {
            "Columns": described(columns),
            "Location": f"{LOCATION}{NAME}/{name}/",
            "InputFormat": f"{PARQUET}.MapredParquetInputFormat",
            "OutputFormat": f"{PARQUET}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{PARQUET}.serde.ParquetHiveSerDe"},
        },
    }


def databases():
    glue.create_database(DatabaseInput={"Name": NAME, "Description": "made by a client"})
    check("description", glue.get_database(Name=NAME)["Database"]["Description"], "made by a client")
    pages = glue.get_paginator("get_databases").paginate(PaginationConfig={"PageSize": 1})
    if NAME not in [one["Name"] for page in pages for one in page["DatabaseList"]]:
        raise SystemExit("a database is not listed")
    refused("again", "AlreadyExistsException", lambda: glue.create_database(DatabaseInput={"Name": NAME}))
    refused("another", "EntityNotFoundException", lambda: glue.get_database(Name="none_such"))


def tables():
    glue.create_table(DatabaseName=NAME, TableInput=table("t", ("A", "int")))
    made = glue.get_table(DatabaseName=NAME, Name="T")["Table"]
    check("columns", made["StorageDescriptor"]["Columns"], [{"Name": "a", "Type": "int"}])
    refused("again", "AlreadyExistsException", lambda: glue.create_table(DatabaseName=NAME, TableInput=table("t")))
    glue.update_table(DatabaseName=NAME, TableInput=table("t", ("a", "int"), ("b", "string")))
    versions = glue.get_table_versions(DatabaseName=NAME, TableName="t")["TableVersions"]
    check("versions", [len(one["Table"]["StorageDescriptor"]["Columns"]) for one in versions], [2, 1])
    glue.create_table(DatabaseName=NAME, TableInput=table("u", ("a", "int")))
    listed = glue.get_tables(DatabaseName=NAME, Expression="u*")["TableList"]
    check("tables", [one["Name"] for one in listed], ["u"])
    check("search", len(glue.search_tables(SearchText=NAME)["TableList"]), 2)
    errors = glue.batch_delete_table(DatabaseName=NAME, TablesToDelete=["u", "v"])["Errors"]
    check("batch", [(one["TableName"], one["ErrorDetail"]["ErrorCode"]) for one in errors], [("v", "EntityNotFoundException")])
    glue.delete_table(DatabaseName=NAME, Name="t")
    refused("deleted", "EntityNotFoundException", lambda: glue.get_table(DatabaseName=NAME, Name="t"))


def partitions():
    made = table("p", ("a", "int"), keys=[("day", "string"), ("hour", "int")])
    glue.create_table(DatabaseName=NAME, TableInput=made)

    def partition(day, hour):
        place = {**made["StorageDescriptor"], "Location": f"{LOCATION}{NAME}/p/day={day}/hour={hour}/"}
        return {"Values": [day, hour], "StorageDescriptor": place}

    names = {"DatabaseName": NAME, "TableName": "p"}
    inputs = [partition(day, hour) for day in ("2026-01-01", "2026-01-02") for hour in ("1", "2", "3")]
    check("batch", glue.batch_create_partition(**names, PartitionInputList=inputs[:5])["Errors"], [])
    glue.create_partition(**names, PartitionInput=inputs[5])
    refused("again", "AlreadyExistsException", lambda: glue.create_partition(**names, PartitionInput=inputs[5]))
    paginator = glue.get_paginator("get_partitions")

    def values(**more):
        return [one["Values"] for page in paginator.paginate(**names, **more) for one in page["Partitions"]]

    check("all", len(values(PaginationConfig={"PageSize": 4})), 6)
    found = values(Expression="day = '2026-01-02' AND hour >= 2")
    check("expression", found, [["2026-01-02", "2"], ["2026-01-02", "3"]])
    one = glue.get_partition(**names, PartitionValues=["2026-01-01", "1"])["Partition"]
    check("location", one["StorageDescriptor"]["Location"], inputs[0]["StorageDescriptor"]["Location"])
    wanted = [{"Values": ["2026-01-01", "1"]}, {"Values": ["none", "1"]}]
    check("batch get", len(glue.batch_get_partition(**names, PartitionsToGet=wanted)["Partitions"]), 1)
    glue.update_partition(**names, PartitionValueList=["2026-01-01", "1"], PartitionInput=partition("2026-01-01", "9"))
    glue.delete_partition(**names, PartitionValues=["2026-01-01", "9"])
    errors = glue.batch_delete_partition(**names, PartitionsToDelete=wanted)["Errors"]
    check("batch delete", len(errors), 2)
    check("left", len(values()), 5)
    check("indexes", glue.get_partition_indexes(**names)["PartitionIndexDescriptorList"], [])
    glue.delete_table(DatabaseName=NAME, Name="p")


def awswrangler():
    import awswrangler
    import pandas

    frame = pandas.DataFrame({"device": ["a", "b", "a"], "value": [1.5, 2.5, 3.5], "day": ["d1", "d1", "d2"]})
    place = f"{LOCATION}{NAME}/frame/"
    names = {"database": NAME, "table": "frame"}
    for mode in ("overwrite", "append"):
        awswrangler.s3.to_parquet(frame, place, dataset=True, mode=mode, partition_cols=["day"], **names)
    read = awswrangler.athena.read_sql_query(
        "SELECT day, count(*) AS n, sum(value) AS total FROM frame GROUP BY day ORDER BY day",
        database=NAME,
        workgroup=WORKGROUP,
        ctas_approach=False,
    )
    check("rows", read.to_dict("list"), {"day": ["d1", "d2"], "n": [4, 2], "total": [8.0, 7.0]})
    back = awswrangler.s3.read_parquet_table(**names)
    check("rows of the files", (len(back), back["value"].sum()), (6, 15.0))
    kept = awswrangler.catalog.get_partitions(**names)
    check("partitions", sorted(one[0] for one in kept.values()), ["d1", "d2"])
    more = frame.assign(unit="C")
    awswrangler.s3.to_parquet(more, place, dataset=True, mode="append", partition_cols=["day"], **names)
    check("new column", awswrangler.catalog.get_table_types(**names)["unit"], "string")
    awswrangler.catalog.delete_table_if_exists(**names)


PARTS = [databases, tables, partitions]
if importlib.util.find_spec("awswrangler") is None:
    print("glue: awswrangler is not installed")
else:
    PARTS.append(awswrangler)
try:
    for part in [one for one in PARTS if not sys.argv[1:] or one.__name__ in sys.argv[1:] + ["databases"]]:
        part()
        print(f"glue: {part.__name__}")
finally:
    glue.delete_database(Name=NAME)
