"""The summaries and the guide for teachers say what the notebooks say."""

import re

from iamkit.handouts import Lesson, pages
from iamkit.notebooks import FOLDER

REMEDY = "run: python3 -m iamkit execute"


def test_the_stored_pages_are_those_of_the_notebooks() -> None:
    for name, page in pages().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == page, REMEDY


def test_every_lesson_has_a_page_and_notes() -> None:
    lessons = [Lesson(path) for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]
    for name, page in pages().items():
        assert [lesson.link in page for lesson in lessons] == [True] * len(lessons), name
    assert all(lesson.section("Summary") and lesson.section("For the teacher") for lesson in lessons)
    assert all(len(lesson.section("Summary").splitlines()) < 45 for lesson in lessons), "a summary fits one page"
    assert "](#" not in "".join(pages().values())


def test_the_gallery_shows_every_lesson() -> None:
    page = (FOLDER / "gallery.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[(.+?)\]\((.+?)\)", page)
    lessons = sorted(FOLDER.glob("[0-9]*.ipynb"))
    assert len(pictures) == 6 * len(lessons)
    assert all((FOLDER / place).is_file() and words for words, place in pictures)
    assert all(f"]({path.name})" in page for path in lessons)
