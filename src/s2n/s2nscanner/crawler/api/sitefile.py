"""A site model that `s2n crawl` saved → the requests in it."""

import base64
import binascii

from s2n.errors import UsageError
from s2n.model import Location, Request
from s2n.model.site import Endpoint, How, Replay
from s2n.report.as_site_json import parse
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation, segment
from s2n.s2nscanner.crawler.api.recorded import operation_of, repeated


def read_site(text: str, ground: Ground, name: str) -> Imported:
    """Every request of the model; those of an API's description keep their path parameters.

    Raises:
        UsageError: it is no site model, or one of another site.
    """
    site = parse(text, name)
    imported = Imported()
    foreign: dict[str, int] = {}
    for endpoint in site.endpoints:
        for replay in endpoint.requests:
            try:
                operation = _operation(endpoint, replay, ground)
            except (ValueError, binascii.Error) as error:
                imported.left_out.append((f"{endpoint.method} {endpoint.url}", f"it is malformed ({error})"))
                continue
            if not ground.allows(f"{operation.request.origin}/"):
                origin = str(operation.request.origin)
                foreign[origin] = foreign.get(origin, 0) + 1
            ground.keep(imported, operation)
    if foreign and not imported.operations:
        raise UsageError(
            f"{name} is the site model of {', '.join(foreign)}, which is not what is scanned",
            f"scan that site, or widen the scope with --allow-host {next(iter(foreign)).partition('://')[2]}",
        )
    return imported


def _operation(endpoint: Endpoint, replay: Replay, ground: Ground) -> Operation:
    body = base64.b64decode(replay.body, validate=True) if replay.base64 else replay.body.encode()
    request = Request.from_url(replay.url, replay.method, repeated(replay.headers, ground), body)
    recorded = operation_of(request)
    page = next((seen.page for seen in endpoint.found if seen.how is How.FORM and seen.page), "")
    values = {
        parameter.name: segment(parameter.values[0])
        for parameter in endpoint.parameters
        if parameter.location is Location.PATH and parameter.values
    }
    described = any(seen.how is How.API for seen in endpoint.found) and bool(values)
    return Operation(
        name=recorded.name,
        request=request,
        template=endpoint.template if described else "",
        values=values if described else {},
        harmful=recorded.harmful,
        reads=recorded.reads,
        page=Request.from_url(page) if page else None,
    )
