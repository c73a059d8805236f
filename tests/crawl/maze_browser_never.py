"""What must not be pressed or sent, or only at the user's risk."""

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
        " on('LEAF-menu', 'click', e => e.target.matches('a') && ask('LEAF'))",
    ),
    "never-confirmed": Hidden(
        "<button id=LEAF>Done with it</button>",
        "on('LEAF', 'click', () => confirm('Delete the account?') && ask('LEAF', {method: 'POST'}))",
        "POST",
    ),
    "never-form": Hidden(
        "<form id=LEAF><input type=hidden name=_method value=delete><button>Go on</button></form>",
        "submitted('LEAF', fields => form('POST', fields))",
        "POST",
    ),
}
"""Beside each way that is found; ``method`` is the request that nobody may see."""

RISKY: Ways = {
    "risky-on-load": Hidden("", "ask('LEAF', json('PUT', {seen: true}))", "PUT", '"seen":true'),
    "risky-on-load-xhr": Hidden(
        "",
        "const x = new XMLHttpRequest(); x.open('PATCH', hidden('LEAF'));"
        " x.setRequestHeader('Content-Type', 'application/json'); x.send(JSON.stringify({theme: 'dark'}))",
        "PATCH",
        '"theme":"dark"',
    ),
    "risky-on-click": Hidden(
        "<button id=LEAF>Save</button>",
        "on('LEAF', 'click', () => ask('LEAF', form('PUT', {a: 1})))",
        "PUT",
        "a=1",
    ),
    "risky-form": Hidden(
        "<form id=LEAF><input name=motto><button>Keep</button></form>",
        "submitted('LEAF', fields => json('PATCH', Object.fromEntries(fields)))",
        "PATCH",
        '"motto":"[^"]',
    ),
    "risky-password": Hidden(
        "<form id=LEAF><input name=password type=password minlength=8 required>"
        "<input name=confirm_password type=password required><button disabled>Change it</button></form>",
        "on('LEAF', 'input', () => { const [one, two, button] = el('LEAF').elements;"
        " button.disabled = !(el('LEAF').checkValidity() && one.value === two.value) });"
        " submitted('LEAF', fields => form('POST', fields))",
        "POST",
        r"password=([^&]{8,})&confirm_password=\1$",
    ),
    "risky-upload": Hidden(
        "<form id=LEAF><input type=file name=file required><button>Attach</button></form>",
        "submitted('LEAF', body => ({method: 'POST', body}))",
        "POST",
    ),
}
"""What changes a record that exists, sends a password or leaves a file: made with ``--accept-risk`` only."""
