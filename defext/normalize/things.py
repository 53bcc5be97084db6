"""What cannot act: documents, events, places and matters, by the head noun of what names them."""

import re

THINGS = "|".join(
    """
    aircraft batter(?:y|ies) drones? engines? frigates? helicopters? jets? submarines? tanks?
    accords? acts? additions? agendas? agreements? aid airports? airspace allocations?
    announcements? arsenals? articles? assessments? assistance attacks? attempts? awards? bases?
    battles? bids? bills? bridges? briefings? budgets? calls? castles? ceasefires? centres?
    centers? ceremon(?:y|ies) changes? charters? clauses? communiqu[ée]s? concepts? conditions?
    conflicts? consultations? contracts? contributions?
    conversations? cooperation costs? crisis crises deals? debates? decisions? declarations?
    deliver(?:y|ies) deployments? developments? dialogues? directives? discussions? documents?
    drafts? efforts? elections? embarg(?:o|oes) engagements? events? exercises? exhibitions?
    expansions? exports? facilit(?:y|ies) festivals? flights? floods? frameworks? funding
    funds? games goals? guidelines? headquarters imports? impacts? initiatives?
    inquir(?:y|ies) instruments? investments? investigations? investors? issues? laws?
    legislation letters? lines? loans? manuals? markets? matters? measures? mechanisms? meetings?
    memorand(?:a|ums?) messages? missiles? moves? museums? negotiations? notes? objectives?
    operations? orders? packages? palaces? papers? parades? parks? patrols?
    phases? pipelines? plans? plants? polic(?:y|ies) ports? presence prices? priorit(?:y|ies)
    processes? proclamations? programmes? programs? progress projects? proposals? protocols?
    provisions? purchases? questions? radars? railways? ratification recommendations? reforms?
    regulations? relationships? releases? reports? resolutions? results? reviews?
    rivers? roads? rockets? rounds? routes? rules? sales? sanctions? schedules? schemes? schools?
    seas? sectors? sessions? settlements? shares? sites? situations? sources? speech(?:es)?
    speed statements? steps? straits? strategy strategies streets? strikes? structures? studies
    study summits? support talks? tariffs? tasks? techniques? tensions? terms? tests?
    texts? threats? ties timelines? timetables? towns? trade training transfers? treat(?:y|ies)
    trials? trips? valleys? visits? votes? wars? weapons? weather work years?
    """.split()
)
_HEAD = re.compile(
    r"^(?P<head>[^,;:()]+?)(?=\s(?:of|for|in|on|at|to|by|with|between|from|against|under|that|which)\s|[,;:(]|$)"
)
_THING = re.compile(THINGS, re.IGNORECASE)


def is_thing(mention: str) -> bool:
    """Whether the words name a thing by their head: "Action Plan", "press release of the fleet"."""
    head = _HEAD.match(" ".join(mention.split()))
    return bool(head and _THING.fullmatch(head["head"].split()[-1]))
