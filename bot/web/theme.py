"""How Gradio is told to look like the rest: its variables point at ours (``static/kb.css``)."""

from __future__ import annotations

import inspect

import gradio as gr

FONTS = (
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "system-ui",
    "sans-serif",
)
"""Fonts a reader's own system has; nothing is fetched."""

_SURFACES = (
    "body_background_fill",
    "background_fill_primary",
    "background_fill_secondary",
    "block_background_fill",
    "panel_background_fill",
)


def theme() -> gr.themes.Base:
    """The bare Gradio theme with our fonts and colours, light and dark alike."""
    made = gr.themes.Base(font=list(FONTS), font_mono=["ui-monospace", "monospace"])
    values = {
        **dict.fromkeys(_SURFACES, "transparent"),
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--ink-2)",
        "border_color_primary": "var(--line)",
        "border_color_accent": "var(--accent)",
        "block_border_width": "0px",
        "block_shadow": "none",
        "block_padding": "0px",
        "block_radius": "0px",
        "layout_gap": "0px",
        "form_gap_width": "0px",
        "input_background_fill": "transparent",
        "input_background_fill_focus": "transparent",
        "input_border_width": "0px",
        "input_shadow": "none",
        "input_shadow_focus": "none",
        "input_padding": "0px",
        "input_placeholder_color": "var(--ink-3)",
        "button_border_width": "0px",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent-2)",
        "button_primary_text_color": "var(--on-accent)",
        "button_secondary_background_fill": "transparent",
        "button_secondary_background_fill_hover": "var(--sunk)",
        "button_secondary_text_color": "var(--ink-2)",
        "color_accent": "var(--accent)",
        "loader_color": "var(--accent)",
    }
    both = values | {f"{name}_dark": value for name, value in values.items()}
    known = inspect.signature(made.set).parameters
    return made.set(**{name: value for name, value in both.items() if name in known})
