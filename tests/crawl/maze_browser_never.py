"""What must not be pressed or sent: each would delete something, end the session, or send a file."""

from crawl.maze_browser_way import Hidden, Ways

NEVER: Ways = {
    "never-on-load": Hidden("", "ask('LEAF', {method: 'DELETE'})", "DELETE"),
    "never-on-load-xhr": Hidden(
        "", "const x = new XMLHttpRequest(); x.open('delete', hidden('LEAF')); x.send()", "DELETE"
    ),
    "never-on-click": Hidden(
        "<button id=LEAF>Tidy</button>",
        "on('LEAF', 'click', () => ask('LEAF', {method: 'DELETE'}))",
        "DELETE",
    ),
    "never-button": Hidden(
        "<button id=LEAF>Delete</button>", "on('LEAF', 'click', () => ask('LEAF', {method: 'POST'}))", "POST"
    ),
    "never-icon": Hidden(
        "<button id=LEAF aria-label='Log out'><svg width=20 height=20></svg></button>",
        "on('LEAF', 'click', () => ask('LEAF'))",
    ),
    "never-icon-title": Hidden(
        "<a href=# id=LEAF title='Sign out'><i>⏻</i></a>", "on('LEAF', 'click', () => ask('LEAF'))"
    ),
    "never-icon-image": Hidden(
        "<a href=# id=LEAF><img alt=Logout width=20 height=20></a>", "on('LEAF', 'click', () => ask('LEAF'))"
    ),
    "never-in-menu": Hidden(
        "<button id=LEAF>Me</button><div id=LEAF-menu></div>",
        "on('LEAF', 'click', () => { el('LEAF-menu').innerHTML = '<a href=#>Log out</a>' });"
        " on('LEAF-menu', 'click', () => ask('LEAF'))",
    ),
    "never-confirmed": Hidden(
        "<button id=LEAF>Done with it</button>",
        "on('LEAF', 'click', () => confirm('Delete the account?') && ask('LEAF', {method: 'POST'}))",
        "POST",
    ),
    "never-upload": Hidden(
        "<form id=LEAF enctype=multipart/form-data method=post><input type=file name=file required>"
        "<button>Attach</button></form>",
        "submitted('LEAF', body => ({method: 'POST', body}))",
        "POST",
    ),
    "never-form": Hidden(
        "<form id=LEAF><input type=hidden name=_method value=delete><button>Go on</button></form>",
        "submitted('LEAF', fields => form('POST', fields))",
        "POST",
    ),
}
"""Beside each way that is found; ``method`` is the request that nobody may see."""
