"""Draw the icons of the installed page from static/icons/favicon.svg; `make icons` calls this."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import provide

FOLDER = Path(__file__).resolve().parents[2] / "static" / "icons"
# File, pixels, how much of the width the mark takes: a mask may cut off all but the middle.
ICONS = [
    ("icon-192", 192, 0.7),
    ("icon-512", 512, 0.7),
    ("mask-512", 512, 0.5),
    ("touch-180", 180, 0.62),
]
PAGE = """<style>
body{{margin:0;display:grid;place-items:center;block-size:100vh;background:#fcfaf6}}
svg{{inline-size:{share}%}}</style>{mark}"""


def main() -> None:
    mark = (FOLDER / "favicon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=provide.chromium(), args=["--no-sandbox"]
        )
        for name, size, share in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(PAGE.format(share=share * 100, mark=mark))
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
