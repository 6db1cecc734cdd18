"""What an assistive technology sees of the window, and does to it, through AT-SPI.

Usage: accessible.py tree        prints every node in sight as JSON
       accessible.py press NAME  does the first action of the node of this name
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def nodes(node, depth=0):
    """The node and all below it, depth first; what goes while it is read is left out."""
    if node is None or depth > 60:
        return
    yield node
    for child in children(node):
        yield from nodes(child, depth + 1)


def children(node):
    """The nodes right below one."""
    try:
        return [node.get_child_at_index(place) for place in range(node.get_child_count())]
    except GLib.Error:
        return []


def windows():
    """The roots of the program's tree."""
    desktop = Atspi.get_desktop(0)
    for program in children(desktop):
        if program is not None and "endcap" in (program.get_name() or "").lower():
            yield program


def described(node):
    """One node as JSON, or None where it is gone."""
    try:
        return facts(node)
    except GLib.Error:
        return None


def facts(node):
    """What there is to say of a node."""
    state = node.get_state_set()
    found = {
        "role": node.get_role_name(),
        "name": node.get_name() or "",
        "checked": state.contains(Atspi.StateType.CHECKED),
        "enabled": state.contains(Atspi.StateType.ENABLED),
    }
    component = node.get_component_iface()
    if component is not None:
        place = component.get_extents(Atspi.CoordType.WINDOW)
        found["rect"] = [place.x, place.y, place.width, place.height]
    value = node.get_value_iface()
    if value is not None:
        found["value"] = value.get_current_value()
    return found


def main(words):
    every = [node for window in windows() for node in nodes(window)]
    if words[:1] == ["tree"]:
        described_nodes = (described(node) for node in every)
        print(json.dumps([node for node in described_nodes if node is not None]))
        return 0
    if words[:1] == ["press"] and len(words) == 2:
        for node in every:
            try:
                action = node.get_action_iface()
                if node.get_name() == words[1] and action is not None:
                    return 0 if action.do_action(0) else 1
            except GLib.Error:
                continue
        print(f"nothing here is named {words[1]!r}", file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main(sys.argv[1:]))
