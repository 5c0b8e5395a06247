"""Runs telemetry.ipynb as the container of a dataset, or in its place on a laptop.

The dataset's variables are the notebook's parameters: `readings` has the version of a content and `readings_URI` its place; every other one that the notebook's
cell of parameters names is handed on. Executed notebook and HTML go to IOTANALYTICS_OUTPUT_URI. A cell that fails ends the program with 1, after both
are written up to that cell.
"""

import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlparse

import boto3
import nbformat
import papermill
from nbconvert import HTMLExporter
from papermill.exceptions import PapermillExecutionError

HERE = Path(__file__).parent


def parameters(notebook: Path) -> dict[str, object]:
    """The notebook's parameters that the environment has, as numbers where their defaults are some."""
    given: dict[str, object] = {}
    for name, known in papermill.inspect_notebook(str(notebook)).items():
        # A content's place is the variable with its dataset's name and _URI.
        value = os.environ.get(name) or os.environ.get(name.removesuffix("_uri") + "_URI")
        if value is not None:
            is_number = known["default"].replace(".", "", 1).isdigit()
            given[name] = float(value) if is_number else value
    return given


def upload(file: Path, uri: str, content_type: str) -> None:
    place = urlparse(uri)
    boto3.client("s3").upload_file(
        str(file), place.netloc, place.path[1:], ExtraArgs={"ContentType": content_type}
    )
    print(f"wrote {uri}", flush=True)


def main() -> int:
    notebook = HERE / os.environ.get("notebook", "telemetry.ipynb")
    outputs = os.environ["IOTANALYTICS_OUTPUT_URI"]
    failed = None
    with tempfile.TemporaryDirectory() as folder:
        # Jupyter and matplotlib keep files of their own, and the container's only folder to write to is /tmp.
        for name in ("MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
            os.environ.setdefault(name, str(Path(folder) / name.lower()))
        executed = Path(folder) / "output.ipynb"
        try:
            papermill.execute_notebook(
                str(notebook), str(executed), parameters(notebook), kernel_name="python3", progress_bar=False
            )
        except PapermillExecutionError as error:
            failed = error
        # papermill writes the notebook after every cell.
        body, _ = HTMLExporter().from_notebook_node(nbformat.read(str(executed), as_version=4))
        html = Path(folder) / "output.html"
        html.write_text(body, encoding="utf-8")
        upload(executed, f"{outputs}output.ipynb", "application/x-ipynb+json")
        upload(html, f"{outputs}output.html", "text/html; charset=utf-8")
    if failed is not None:
        print(f"cell {failed.exec_count} failed: {failed.ename}: {failed.evalue}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
