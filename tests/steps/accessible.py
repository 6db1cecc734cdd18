"""What an assistive technology sees of the window, and does to it, through AT-SPI.

Usage: accessible.py tree        prints every node in sight as JSON
       accessible.py press NAME  does the first action of the node of this name
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402


def nodes(node, depth=0):
    """The node and all below it, depth first."""
    if node is None or depth > 60:
        return
    yield node
    for place in range(node.get_child_count()):
        yield from nodes(node.get_child_at_index(place), depth + 1)


def windows():
    """The roots of the program's tree."""
    desktop = Atspi.get_desktop(0)
    for place in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(place)
        if program is not None and "endcap" in (program.get_name() or "").lower():
            yield program


def described(node):
    """One node as JSON."""
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
        print(json.dumps([described(node) for node in every]))
        return 0
    if words[:1] == ["press"] and len(words) == 2:
        for node in every:
            action = node.get_action_iface()
            if node.get_name() == words[1] and action is not None:
                return 0 if action.do_action(0) else 1
        print(f"nothing here is named {words[1]!r}", file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main(sys.argv[1:]))
