"""What a session keeps that is no input: jobs on their way, an answer picked from a chart."""

from __future__ import annotations

from typing import Any

import streamlit as st


def address() -> dict[str, list[str]]:
    """The page that is open and every input that its address holds, by key."""
    inputs = {key: st.query_params.get_all(key) for key in sorted(st.query_params)}
    return {"page": [str(st.session_state.get("page", ""))], **inputs}


def hold(key: str, thing: Any) -> None:
    """Keep something of this session's; a change of page does not drop it."""
    st.session_state[f"held_{key}"] = thing


def held(key: str) -> Any:
    """What this session keeps under a key."""
    return st.session_state.get(f"held_{key}")
