"""Athena's API of the local cloud with the clients of Python: boto3, and PyAthena and awswrangler where they are installed.

Needs AWS_ENDPOINT_URL, credentials (any keys), a region, and a stack with a workgroup that has a result location.
Ends with 1 at the first thing that is not as on AWS. Arguments name the parts to run; without any, all run.
"""

import csv
import importlib.util
import io
import sys
import time
import uuid

import boto3
from botocore.exceptions import ClientError

athena = boto3.client("athena")
s3 = boto3.client("s3")


def check(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: found {found!r}, wanted {wanted!r}")


def refused(what, code, call):
    try:
        call()
    except ClientError as error:
        check(what, error.response["Error"]["Code"], code)
        return error.response
    raise SystemExit(f"{what}: not refused, wanted {code}")


def workgroup_with_results():
    for summary in athena.list_work_groups()["WorkGroups"]:
        group = athena.get_work_group(WorkGroup=summary["Name"])["WorkGroup"]
        location = group["Configuration"]["ResultConfiguration"].get("OutputLocation")
        if location is not None:
            return group["Name"], location.rstrip("/") + "/", group["Configuration"]["EnforceWorkGroupConfiguration"]
    raise SystemExit("no workgroup of the stack has a result location")


WORKGROUP, LOCATION, ENFORCED = workgroup_with_results()
DATABASE = athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"][0]["Name"]


def start(sql, **more):
    context = {"Database": DATABASE, "Catalog": "AwsDataCatalog"}
    return athena.start_query_execution(QueryString=sql, WorkGroup=WORKGROUP, QueryExecutionContext=context, **more)[
        "QueryExecutionId"
    ]


def ended(query):
    for _ in range(600):
        execution = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return execution
        time.sleep(0.05)
    raise SystemExit(f"query {query} does not end")


def done(sql, **more):
    execution = ended(start(sql, **more))
    check(sql, (execution["Status"]["State"], execution["Status"].get("StateChangeReason")), ("SUCCEEDED", None))
    return execution


def read(url):
    bucket, key = url[len("s3://") :].split("/", 1)
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def rows(query, **more):
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query, **more)
    return [[cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]


def queries():
    execution = done("SELECT * FROM (VALUES (1, 'a\"b'), (2, NULL), (3, '')) AS t(n, s)")
    query = execution["QueryExecutionId"]
    check("kind", (execution["StatementType"], execution["SubstatementType"]), ("DML", "SELECT"))
    output = execution["ResultConfiguration"]["OutputLocation"]
    check("result location", output, f"{LOCATION}{query}.csv")
    wanted = [["n", "s"], ["1", 'a"b'], ["2", None], ["3", ""]]
    check("rows", rows(query), wanted)
    check("rows by page", rows(query, PaginationConfig={"PageSize": 2}), wanted)
    text = read(output).decode()
    check("CSV", text, '"n","s"\n"1","a""b"\n"2",\n"3",""\n')
    check("CSV as csv reads it", [len(row) for row in csv.reader(io.StringIO(text))], [2, 2, 2, 2])
    if not read(f"{output}.metadata").startswith(b"\x0a"):
        raise SystemExit("the metadata file is no protocol buffer")
    info = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    check("types", [(one["Name"], one["Type"]) for one in info], [("n", "integer"), ("s", "varchar")])
    statistics = athena.get_query_runtime_statistics(QueryExecutionId=query)["QueryRuntimeStatistics"]
    check("rows in the statistics", statistics["Rows"]["OutputRows"], 3)
    listed = athena.list_query_executions(WorkGroup=WORKGROUP, MaxResults=5)["QueryExecutionIds"]
    check("latest query", listed[0], query)
    batch = athena.batch_get_query_execution(QueryExecutionIds=[query, str(uuid.uuid4())])
    check("batch", (len(batch["QueryExecutions"]), len(batch["UnprocessedQueryExecutionIds"])), (1, 1))


def failures():
    failed = ended(start("SELECT nope FROM (VALUES 1) AS t(a)"))["Status"]
    check("state", failed["State"], "FAILED")
    check("reason", failed["StateChangeReason"].split(":")[0], "COLUMN_NOT_FOUND")
    check("category", failed["AthenaError"]["ErrorCategory"], 2)
    syntax = refused("syntax", "InvalidRequestException", lambda: start("SELEC 1"))
    check("code of a syntax error", syntax["AthenaErrorCode"], "MALFORMED_QUERY")
    unknown = str(uuid.uuid4())
    refused("unknown query", "InvalidRequestException", lambda: athena.get_query_execution(QueryExecutionId=unknown))
    refused("unknown workgroup", "InvalidRequestException", lambda: athena.get_work_group(WorkGroup="none-such"))
    token = str(uuid.uuid4())
    check("same token", start("SELECT 1", ClientRequestToken=token), start("SELECT 1", ClientRequestToken=token))
    other = refused("other query", "InvalidRequestException", lambda: start("SELECT 2", ClientRequestToken=token))
    check("code of another query", other["AthenaErrorCode"], "IDEMPOTENT_PARAMETER_MISMATCH")


def cancellation():
    numbers = "UNNEST(sequence(1, 10000))"
    query = start(f"SELECT sum(a * b % 7) FROM {numbers} AS x(a), {numbers} AS y(b), {numbers} AS z(c)")
    athena.stop_query_execution(QueryExecutionId=query)
    status = ended(query)["Status"]
    check("state", (status["State"], status["StateChangeReason"]), ("CANCELLED", "Query cancelled by user"))
    began = time.time()
    done("SELECT 1")
    if time.time() - began > 20:
        raise SystemExit("a query that was stopped still keeps others waiting")


def statements():
    name = f"p{uuid.uuid4().hex[:8]}"
    athena.create_prepared_statement(StatementName=name, WorkGroup=WORKGROUP, QueryStatement="SELECT ? + 1 AS n, ? AS s")
    execution = done(f"EXECUTE {name} USING 41, 'x'")
    check("prepared", rows(execution["QueryExecutionId"]), [["n", "s"], ["42", "x"]])
    execution = done(f"EXECUTE {name}", ExecutionParameters=["1", "it's"])
    check("parameters of EXECUTE", rows(execution["QueryExecutionId"]), [["n", "s"], ["2", "it's"]])
    execution = done("SELECT ? AS n", ExecutionParameters=["'abc'"])
    check("parameters", rows(execution["QueryExecutionId"]), [["n"], ["abc"]])
    athena.delete_prepared_statement(StatementName=name, WorkGroup=WORKGROUP)
    gone = {"StatementName": name, "WorkGroup": WORKGROUP}
    refused("prepared", "ResourceNotFoundException", lambda: athena.get_prepared_statement(**gone))
    query = athena.create_named_query(Name="n", Database=DATABASE, QueryString="SELECT 1", WorkGroup=WORKGROUP)
    query = query["NamedQueryId"]
    if query not in athena.list_named_queries(WorkGroup=WORKGROUP)["NamedQueryIds"]:
        raise SystemExit("a named query is not listed")
    check("named query", athena.get_named_query(NamedQueryId=query)["NamedQuery"]["QueryString"], "SELECT 1")
    athena.delete_named_query(NamedQueryId=query)
    tables = athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=DATABASE)["TableMetadataList"]
    show = done(f"SHOW TABLES IN {DATABASE}")
    check("tables", sorted(row[0] for row in rows(show["QueryExecutionId"])), sorted(one["Name"] for one in tables))


def pyathena():
    from pyathena import connect
    from pyathena.pandas.cursor import PandasCursor

    connection = connect(work_group=WORKGROUP, schema_name=DATABASE, s3_staging_dir=LOCATION)
    cursor = connection.cursor()
    cursor.execute("SELECT n, s FROM (VALUES (1, 'a'), (2, NULL)) AS t(n, s) WHERE n > %(least)d", {"least": 1})
    check("PyAthena", (cursor.fetchall(), [one[0] for one in cursor.description]), ([(2, None)], ["n", "s"]))
    cursor.execute("SHOW TABLES")
    cursor.fetchall()
    frame = connection.cursor(PandasCursor).execute("SELECT 1.5e0 AS d, DATE '2026-01-02' AS day").as_pandas()
    check("PyAthena with pandas", (frame.d.tolist(), str(frame.day[0])[:10]), ([1.5], "2026-01-02"))


def awswrangler():
    import awswrangler

    sql = "SELECT n, s FROM (VALUES (1, 'a'), (2, NULL)) AS t(n, s) ORDER BY n"
    place = f"{LOCATION}{uuid.uuid4()}/"
    more = {} if ENFORCED else {"s3_output": place}
    names = {"database": DATABASE, "workgroup": WORKGROUP}
    for how in (True, False):
        frame = awswrangler.athena.read_sql_query(sql, ctas_approach=how, **names, **more)
        check(f"awswrangler, ctas_approach={how}", (frame.n.tolist(), frame.s[0]), ([1, 2], "a"))
        empty = awswrangler.athena.read_sql_query(f"SELECT * FROM ({sql}) WHERE n > 9", ctas_approach=how, **names, **more)
        check(f"awswrangler without rows, ctas_approach={how}", (len(empty), list(empty.columns)), (0, ["n", "s"]))
    # A query that is unloaded goes to the result location itself, which AWS wants empty.
    awswrangler.athena.unload(sql, path=f"{place}unloaded/", **names)
    check("awswrangler.athena.unload", awswrangler.s3.read_parquet(f"{place}unloaded/").n.tolist(), [1, 2])
    if not ENFORCED:
        frame = awswrangler.athena.read_sql_query(sql, ctas_approach=False, unload_approach=True, s3_output=f"{place}u/", **names)
        check("awswrangler, unload_approach", frame.n.tolist(), [1, 2])


PARTS = [queries, failures, cancellation, statements]
for module, part in (("pyathena", pyathena), ("awswrangler", awswrangler)):
    if importlib.util.find_spec(module) is None:
        print(f"athena: {module} is not installed")
    else:
        PARTS.append(part)
for part in [one for one in PARTS if not sys.argv[1:] or one.__name__ in sys.argv[1:]]:
    part()
    print(f"athena: {part.__name__}")
