"""Reads {"name", "judge", "given"} a line and writes the same with "findings". See README.md."""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator
from cfnlint.api import ManualArgs, lint

model = botocore.session.get_session().get_service_model("quicksight")


def cloudformation(given):
    template = {"Resources": {"Dashboard": {"Type": "AWS::QuickSight::Dashboard", "Properties": given}}}
    matches = lint(json.dumps(template), config=ManualArgs(regions=["us-east-1"]))
    return sorted(f"{match.rule.id} {match.message}" for match in matches)


def request(given):
    (operation, parameters), = given.items()
    report = ParamValidator().validate(parameters, model.operation_model(operation).input_shape)
    return report.generate_report().splitlines()


for line in sys.stdin:
    entry = json.loads(line)
    judge = cloudformation if entry["judge"] == "cfn-lint" else request
    entry["findings"] = judge(entry["given"])
    print(json.dumps(entry))
