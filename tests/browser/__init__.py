"""Tests in a real Chromium."""

import pytest

pytest.register_assert_rewrite("tests.browser.person", "tests.browser.shown")
