"""The settings of a managed login style in which nobody has changed anything.

AWS does not publish its own document; this one is ours. Its structure is that of documents which people exported from the branding
editor, its values are those of a plain light style. What a client's style says comes before it.
"""

from __future__ import annotations

from typing import Any


def default_settings() -> dict[str, Any]:
    """A new copy of the document."""
    return {"categories": _categories(), "componentClasses": _component_classes(), "components": _components()}


def _categories() -> dict[str, Any]:
    return {
        "auth": {
            "authMethodOrder": [[{"display": "BUTTON", "type": "FEDERATED"}, {"display": "INPUT", "type": "USERNAME_PASSWORD"}]],
            "federation": {"interfaceStyle": "BUTTON_LIST", "order": []},
        },
        "form": {
            "displayGraphics": True,
            "instructions": {"enabled": False},
            "languageSelector": {"enabled": False},
            "location": {"horizontal": "CENTER", "vertical": "CENTER"},
            "sessionTimerDisplay": "NONE",
        },
        "global": {
            "colorSchemeMode": "LIGHT",
            "pageFooter": {"enabled": False},
            "pageHeader": {"enabled": False},
            "spacingDensity": "REGULAR",
        },
        "signUp": {"acceptanceElements": [{"enforcement": "NONE", "textKey": "en"}]},
    }


def _component_classes() -> dict[str, Any]:
    return {
        "buttons": {"borderRadius": 8.0},
        "divider": _modes({"borderColor": "ebebf0ff"}, {"borderColor": "232b37ff"}),
        "dropDown": {
            "borderRadius": 8.0,
            **_modes(
                {
                    "defaults": {"itemBackgroundColor": "ffffffff"},
                    "hover": {"itemBackgroundColor": "f4f4f4ff", "itemBorderColor": "7d8998ff", "itemTextColor": "000716ff"},
                    "match": {"itemBackgroundColor": "414d5cff", "itemTextColor": "0972d3ff"},
                },
                {
                    "defaults": {"itemBackgroundColor": "192534ff"},
                    "hover": {"itemBackgroundColor": "081120ff", "itemBorderColor": "5f6b7aff", "itemTextColor": "e9ebedff"},
                    "match": {"itemBackgroundColor": "d1d5dbff", "itemTextColor": "89bdeeff"},
                },
            ),
        },
        "focusState": _modes({"borderColor": "0972d3ff"}, {"borderColor": "539fe5ff"}),
        "idpButtons": {"icons": {"enabled": True}},
        "input": {
            "borderRadius": 8.0,
            **_modes(
                {"defaults": {"backgroundColor": "ffffffff", "borderColor": "7d8998ff"}, "placeholderColor": "5f6b7aff"},
                {"defaults": {"backgroundColor": "0f1b2aff", "borderColor": "5f6b7aff"}, "placeholderColor": "8d99a8ff"},
            ),
        },
        "inputDescription": _modes({"textColor": "5f6b7aff"}, {"textColor": "8d99a8ff"}),
        "inputLabel": _modes({"textColor": "000716ff"}, {"textColor": "d1d5dbff"}),
        "link": _modes(
            {"defaults": {"textColor": "0972d3ff"}, "hover": {"textColor": "033160ff"}},
            {"defaults": {"textColor": "539fe5ff"}, "hover": {"textColor": "89bdeeff"}},
        ),
        "optionControls": _modes(
            {
                "defaults": {"backgroundColor": "ffffffff", "borderColor": "7d8998ff"},
                "selected": {"backgroundColor": "0972d3ff", "foregroundColor": "ffffffff"},
            },
            {
                "defaults": {"backgroundColor": "0f1b2aff", "borderColor": "7d8998ff"},
                "selected": {"backgroundColor": "539fe5ff", "foregroundColor": "000716ff"},
            },
        ),
        "statusIndicator": _modes(
            {
                "error": _status("fff7f7ff", "d91515ff"),
                "pending": {"indicatorColor": "aaaaaaff"},
                "success": _status("f2fcf3ff", "037f0cff"),
                "warning": _status("fffce9ff", "8d6605ff"),
            },
            {
                "error": _status("1a0000ff", "eb6f6fff"),
                "pending": {"indicatorColor": "aaaaaaff"},
                "success": _status("001a02ff", "29ad32ff"),
                "warning": _status("1d1906ff", "e0ca57ff"),
            },
        ),
    }


def _components() -> dict[str, Any]:
    return {
        "alert": {
            "borderRadius": 12.0,
            **_modes(
                {"error": {"backgroundColor": "fff7f7ff", "borderColor": "d91515ff"}},
                {"error": {"backgroundColor": "1a0000ff", "borderColor": "eb6f6fff"}},
            ),
        },
        "favicon": {"enabledTypes": ["ICO", "SVG"]},
        "form": {
            "backgroundImage": {"enabled": False},
            "borderRadius": 8.0,
            "logo": {"enabled": False, "formInclusion": "IN", "location": "CENTER", "position": "TOP"},
            **_modes(
                {"backgroundColor": "ffffffff", "borderColor": "c6c6cdff"},
                {"backgroundColor": "0f1b2aff", "borderColor": "424650ff"},
            ),
        },
        "idpButton": {
            "custom": {},
            "standard": _modes(
                _button("ffffffff", "424650ff", "424650ff", hover=("f2f8fdff", "033160ff", "033160ff")),
                _button("0f1b2aff", "c6c6cdff", "c6c6cdff", hover=("192534ff", "89bdeeff", "89bdeeff")),
            ),
        },
        "pageBackground": {"image": {"enabled": True}, **_modes({"color": "ffffffff"}, {"color": "0f1b2aff"})},
        "pageFooter": _page_edge(),
        "pageHeader": _page_edge(),
        "pageText": _modes(
            {"bodyColor": "414d5cff", "descriptionColor": "414d5cff", "headingColor": "000716ff"},
            {"bodyColor": "b6bec9ff", "descriptionColor": "b6bec9ff", "headingColor": "d1d5dbff"},
        ),
        "phoneNumberSelector": {"displayType": "TEXT"},
        "primaryButton": _modes(
            {
                "defaults": {"backgroundColor": "0972d3ff", "textColor": "ffffffff"},
                "disabled": {"backgroundColor": "ffffffff", "borderColor": "ffffffff"},
                "hover": {"backgroundColor": "033160ff", "textColor": "ffffffff"},
                "active": {"backgroundColor": "033160ff", "textColor": "ffffffff"},
            },
            {
                "defaults": {"backgroundColor": "539fe5ff", "textColor": "000716ff"},
                "disabled": {"backgroundColor": "ffffffff", "borderColor": "ffffffff"},
                "hover": {"backgroundColor": "89bdeeff", "textColor": "000716ff"},
                "active": {"backgroundColor": "539fe5ff", "textColor": "000716ff"},
            },
        ),
        "secondaryButton": _modes(
            _button("ffffffff", "0972d3ff", "0972d3ff", hover=("f2f8fdff", "033160ff", "033160ff")),
            _button("0f1b2aff", "539fe5ff", "539fe5ff", hover=("192534ff", "89bdeeff", "89bdeeff")),
        ),
    }


def _modes(light: dict[str, Any], dark: dict[str, Any]) -> dict[str, Any]:
    return {"lightMode": light, "darkMode": dark}


def _status(background: str, indicator: str) -> dict[str, str]:
    return {"backgroundColor": background, "borderColor": indicator, "indicatorColor": indicator}


def _button(background: str, border: str, text: str, *, hover: tuple[str, str, str]) -> dict[str, Any]:
    def state(*colors: str) -> dict[str, str]:
        return dict(zip(("backgroundColor", "borderColor", "textColor"), colors, strict=True))

    return {"defaults": state(background, border, text), "hover": state(*hover), "active": state(*hover)}


def _page_edge() -> dict[str, Any]:
    return {
        "backgroundImage": {"enabled": False},
        "logo": {"enabled": False, "location": "START"},
        **_modes(
            {"background": {"color": "fafafaff"}, "borderColor": "d5dbdbff"},
            {"background": {"color": "0f141aff"}, "borderColor": "424650ff"},
        ),
    }
