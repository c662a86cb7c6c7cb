"""The page's modules as one script."""

from pathlib import Path

import pytest

from stridesim.lab.bundle import bundled

STATIC = Path(__file__).resolve().parents[2] / "src/stridesim/lab/static"


def test_every_module_of_the_page_is_there_once_after_what_it_needs() -> None:
    script = bundled(STATIC, "main")
    for path in STATIC.glob("*.js"):
        assert script.count(f"const module_{path.stem} = ") == 1
    assert script.index("const module_text") < script.index("const module_main")
    assert "import " not in script.replace("important", "")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('import * as all from "./other.js";\n', "not understood"),
        ('import { a } from "./other.js";\nexport default a;\n', "not understood"),
        ('import { a } from "./main.js";\n', "circle"),
        ('const { a } = await import("./other.js");\n', "not understood"),
    ],
)
def test_what_is_not_understood_is_an_error(tmp_path: Path, source: str, message: str) -> None:
    (tmp_path / "main.js").write_text(source)
    (tmp_path / "other.js").write_text("export const a = 1;\n")
    with pytest.raises(ValueError, match=message):
        bundled(tmp_path, "main")
