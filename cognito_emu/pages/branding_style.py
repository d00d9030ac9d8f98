"""A managed login style as a style sheet: every setting of the document that has an effect, and the custom properties that it sets.

The document's form is that of the example in AWS::Cognito::ManagedLoginBranding (CloudFormation template reference). `styles/base.css`
has a default for each property, once for light pages (`--l-...`) and once for dark ones (`--d-...`).
"""

from __future__ import annotations

import re

from cognito_emu.pages.look import Branding

_COLOR = re.compile(r"#?([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_MODES = {"lightMode": "l", "darkMode": "d"}

# `{}` stands for lightMode and darkMode.
_COLORS = {
    "components.pageBackground.{}.color": "page",
    "components.form.{}.backgroundColor": "card",
    "components.form.{}.borderColor": "card-border",
    "components.pageText.{}.headingColor": "heading",
    "components.pageText.{}.bodyColor": "text",
    "components.pageText.{}.descriptionColor": "description",
    "componentClasses.inputLabel.{}.textColor": "label",
    "componentClasses.inputDescription.{}.textColor": "hint",
    "componentClasses.input.{}.defaults.backgroundColor": "input",
    "componentClasses.input.{}.defaults.borderColor": "input-border",
    "componentClasses.input.{}.placeholderColor": "placeholder",
    "componentClasses.focusState.{}.borderColor": "focus",
    "componentClasses.divider.{}.borderColor": "divider",
    "componentClasses.link.{}.defaults.textColor": "link",
    "componentClasses.link.{}.hover.textColor": "link-hover",
    "componentClasses.optionControls.{}.selected.backgroundColor": "option",
    "componentClasses.statusIndicator.{}.error.indicatorColor": "error-mark",
    "componentClasses.statusIndicator.{}.success.backgroundColor": "success",
    "componentClasses.statusIndicator.{}.success.borderColor": "success-border",
    "componentClasses.statusIndicator.{}.success.indicatorColor": "success-mark",
    "components.alert.{}.error.backgroundColor": "error",
    "components.alert.{}.error.borderColor": "error-border",
    "components.pageHeader.{}.background.color": "header",
    "components.pageHeader.{}.borderColor": "header-border",
    "components.pageFooter.{}.background.color": "footer",
    "components.pageFooter.{}.borderColor": "footer-border",
    **{
        f"components.{component}.{{}}.{state}.{part}": f"{name}{suffix}{ending}"
        for component, name in (("primaryButton", "primary"), ("secondaryButton", "secondary"), ("idpButton.standard", "idp"))
        for state, suffix in (("defaults", ""), ("hover", "-hover"), ("active", "-active"))
        for part, ending in (("backgroundColor", ""), ("borderColor", "-border"), ("textColor", "-text"))
    },
}
_RADII = {
    "components.form.borderRadius": "card-radius",
    "components.alert.borderRadius": "alert-radius",
    "componentClasses.input.borderRadius": "input-radius",
    "componentClasses.buttons.borderRadius": "button-radius",
}
_IMAGES = {
    "components.pageBackground.image.enabled": ("PAGE_BACKGROUND", "page-image"),
    "components.form.backgroundImage.enabled": ("FORM_BACKGROUND", "card-image"),
    "components.pageHeader.backgroundImage.enabled": ("PAGE_HEADER_BACKGROUND", "header-image"),
    "components.pageFooter.backgroundImage.enabled": ("PAGE_FOOTER_BACKGROUND", "footer-image"),
}


def branding_style(branding: Branding) -> str:
    """The style sheet."""
    scheme = branding.text("categories.global.colorSchemeMode")
    light, dark = _images(branding, "LIGHT"), _images(branding, "DARK")
    rules = [_rule([*_colors(branding), *_radii(branding), *(dark if scheme == "DARK" else light)])]
    if scheme not in {"LIGHT", "DARK"} and dark != light:
        rules.append(f"@media (prefers-color-scheme: dark) {{\n{_rule(dark)}}}\n")
    if branding.find("components.pageBackground.lightMode.color") or branding.find("components.pageBackground.darkMode.color"):
        rules.append(":root { --page-glow: none; }\n")  # the default's decoration would tint the colour that was chosen
    return "".join(rules)


def _colors(branding: Branding) -> list[str]:
    found = [
        (f"--{letter}-{name}", _color(branding, path.format(mode)) or _color(branding, _at_rest(path).format(mode)))
        for path, name in _COLORS.items()
        for mode, letter in _MODES.items()
    ]
    return [f"{name}: #{color}" for name, color in found if color]


def _color(branding: Branding, path: str) -> str | None:
    color = _COLOR.fullmatch(branding.text(path))
    return color[1] if color else None


def _at_rest(path: str) -> str:
    """A button whose owner chose one colour keeps it under the mouse, rather than to take one of ours there."""
    return path.replace(".hover.", ".defaults.").replace(".active.", ".defaults.")


def _radii(branding: Branding) -> list[str]:
    values = {name: branding.find(path) for path, name in _RADII.items()}
    return [f"--{name}: {float(value):g}px" for name, value in values.items() if isinstance(value, int | float)]


def _images(branding: Branding, mode: str) -> list[str]:
    """Pictures behind something. One that is for light pages alone is not behind dark ones, whose texts could not be read on it."""
    urls = {name: branding.image_url(category, mode) for path, (category, name) in _IMAGES.items() if branding.flag(path)}
    return [f'--{name}: url("{url}")' if url else f"--{name}: none" for name, url in urls.items()]


def _rule(declarations: list[str]) -> str:
    return ":root {\n" + "".join(f"  {declaration};\n" for declaration in declarations) + "}\n"
