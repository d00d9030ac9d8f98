"""The few pieces of HTML that recur in every template and are made of nothing that anybody typed."""

from __future__ import annotations

from cognito_emu.console import display


def time_element(at: float, now: float) -> str:
    """A time in relation to now; the script keeps it true while the page stands open."""
    return f'<time datetime="{display.iso(at)}" title="{display.moment(at)}" data-at="{at:.3f}">{display.relative(at, now)}</time>'


def icon(address: str, name: str) -> str:
    """A picture from the sprite; decoration only, so screen readers pass it by."""
    return f'<svg class="icon" aria-hidden="true" focusable="false"><use href="{address}#{name}"></use></svg>'
