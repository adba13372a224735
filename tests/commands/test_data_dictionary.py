"""`iecareer docs` writes one self-contained page about all models."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from iecareer.settings import project_folder
from tests.commands.conftest import Cli


def test_the_page_tells_of_every_model_and_loads_nothing(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "pages" / "models.html"
    answer = cli("docs", path, "--json")
    folder = project_folder("dbt_project") / "models"
    models = [file.stem for file in folder.rglob("*.sql")]
    assert answer.document == {"path": str(path), "n_models": len(models)}
    text = path.read_text(encoding="utf-8")
    assert [name for name in models if f"model.iecareer.{name}" not in text] == []
    described = yaml.safe_load((folder / "retention" / "msr_retention.yml").read_text(encoding="utf-8"))
    assert json.dumps(described["models"][0]["description"]) in text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text[:2000])
    assert policy
    assert "default-src 'none'; connect-src 'none'" in policy[1]
    assert "http" not in policy[1]
    assert not re.findall(r"(?:/tmp/|/home/|/root/)\w+", text)
    assert [file.name for file in path.parent.iterdir()] == ["models.html"]
