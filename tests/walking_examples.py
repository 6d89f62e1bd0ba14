"""Examples of streets as OpenStreetMap tags them, and what the walking rules must make of each.

A line is: the rule that decides | the tags | what is expected | the sentence that this proves. Expectations are open,
residents or closed; then steps, snappable, wheels and square, with ``no-`` before what must not be. A ``ring`` is a
closed way; all others are open lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_TABLE: Final = """
not_there | highway=construction; foot=yes | closed | a street under construction is not there yet
not_there | highway=proposed | closed | a proposed street is not there yet
not_there | highway=abandoned | closed | an abandoned street is not there any more
not_there | highway=razed | closed | a razed street is not there any more
not_for_walking | highway=raceway; foot=yes | closed | a race track is no street
not_for_walking | highway=via_ferrata | closed | a climbing route is no street
not_for_walking | highway=bus_guideway | closed | a guided bus track is no street
not_for_walking | highway=rest_area; area=yes | ring closed no-square | a motorway rest area is no street
mountain_route | highway=path; foot=yes; sac_scale=alpine_hiking | closed no-wheels | an alpine path leads to no clinic
footway | highway=path; sac_scale=mountain_hiking | open | a mountain path that needs no hands can be walked

foot_no | highway=path; foot=no; bicycle=yes | closed | a path that is closed to walkers is closed
foot_no | highway=secondary; foot=no; sidewalk=no | closed | a street that is closed to walkers is closed
foot_no | highway=corridor; foot=no | closed | a corridor that is closed to walkers is closed
foot_no | highway=path; foot=no; foot:conditional=yes @ (Su) | closed | what opens on Sundays alone is closed
foot_use_sidepath | highway=tertiary; foot=use_sidepath | closed | walkers keep to the path beside the street
foot_residents | highway=path; foot=private | residents | a path for residents is no shortcut
foot_residents | highway=path; foot=destination | residents | a path to a destination is no shortcut
foot_yes | highway=cycleway; foot=designated | open | a cycleway designated for walkers too is open
foot_yes | highway=service; foot=yes; access=private | open | foot=yes outranks access=private
foot_yes | highway=service; foot=yes; access=no | open | foot=yes outranks access=no
foot_yes | highway=trunk; foot=yes | open | foot=yes opens a trunk road
foot_yes | highway=primary; motorroad=yes; foot=designated | open | foot=designated opens a motorroad
foot_yes | highway=primary; foot=yes; tunnel=yes | open no-snappable | foot=yes opens a road tunnel
foot_yes | highway=footway; foot=permissive; access=private | open | a permitted path through private land is open

access_no | highway=residential; access=no | closed | access=no closes a street to everybody
access_no | highway=service; access=no; bus=designated | closed | a bus lane mapped as a way is closed
access_no | highway=footway; area=yes; access=no | ring closed no-square | a closed square is not crossed
vehicles_destination | highway=residential; access=destination | open | a sign for vehicles does not stop walkers
vehicles_destination | highway=track; access=agricultural | open | a track for farmers' vehicles is walked
gated | highway=living_street; access=private | residents | a gated compound is left by its residents alone
gated | highway=service; service=private | residents | a private drive is no shortcut
visitors | highway=service; access=customers | residents | a car park for customers is no shortcut
visitors | highway=service; service=driveway; access=destination | residents | a driveway is no shortcut
visitors | highway=footway; access=destination | residents | a path in somebody's grounds is no shortcut
street | highway=residential; access=permissive | open | a permissive street is open
street | highway=residential; access=perhaps | open | a word for access that nobody knows is passed over
street | highway=residential; access:conditional=no @ (22:00-06:00) | open | what closes at night is open

motorway | highway=motorway | closed | motorways are closed to walkers
motorway | highway=motorway_link; sidewalk=right | closed | motorway ramps are closed to walkers
motorroad | highway=primary; motorroad=yes | closed | roads for motor vehicles alone are closed to walkers
motorroad | highway=trunk; motorroad=yes; sidewalk=both | closed | a motorroad is closed whatever pavement is tagged
fast_road_with_pavement | highway=trunk; sidewalk=right | open | a trunk road with a pavement is walked
fast_road_with_pavement | highway=trunk; bridge=yes; sidewalk:both=yes | open no-snappable | so is a trunk bridge
fast_road_with_pavement | highway=trunk_link; sidewalk:left=yes | open | one pavement is enough, on the left
fast_road_with_pavement | highway=trunk_link; sidewalk:right=yes | open | one pavement is enough, on the right
fast_road_with_pavement | highway=busway; sidewalk=both | open | a busway with pavements is walked
trunk | highway=trunk | closed | an expressway without a pavement is not walked
trunk | highway=trunk_link; sidewalk=separate | closed | nor is one whose pavement is a way of its own
busway | highway=busway | closed | a busway is for buses
road_tunnel_with_pavement | highway=secondary; tunnel=yes; sidewalk=left | open no-snappable | a pavement goes through
road_tunnel_with_pavement | highway=primary; tunnel=yes; sidewalk:both=yes | open | two pavements go through
road_tunnel | highway=primary; tunnel=yes | closed | a tunnel under a lake is for vehicles
service_tunnel | highway=service; tunnel=yes | residents no-snappable | an underground car park is no shortcut
street | highway=tertiary; tunnel=yes | open no-snappable | a street passes under a railway
street | highway=secondary; toll=yes | open | tolls are for vehicles
street | highway=living_street; oneway=yes | open | one-way is for vehicles

cycleway_shared | highway=cycleway; segregated=yes | open | a cycleway with a line for walkers is shared
cycleway_shared | highway=cycleway; segregated=no | open | a cycleway without a line between is shared
cycleway_shared | highway=cycleway; footway=sidewalk | open | a cycleway on a pavement is shared
cycleway_shared | highway=cycleway; sidewalk=right | open | a cycleway beside a pavement is shared
cycleway | highway=cycleway | closed | a cycleway is for bicycles
bridleway | highway=bridleway | open | a bridleway is walked

escalator | highway=steps; conveying=forward | open steps no-snappable no-wheels | an escalator is walked like steps
steps_with_ramp | highway=steps; ramp:wheelchair=yes | open steps wheels | a ramp for wheelchairs takes wheels up steps
steps | highway=steps; conveying=no | open steps no-snappable | steps are walked, and no place is joined to them
steps | highway=steps; foot=yes | open steps no-snappable | steps are steps whoever opens them
no_ramp | highway=steps | no-wheels | steps stop wheels
no_ramp | highway=steps; ramp=yes; ramp:bicycle=yes | no-wheels | a gutter for bicycles takes no wheelchair
elevator | highway=elevator | open no-steps no-snappable wheels | a lift takes wheels
indoor | highway=corridor | open no-snappable | a corridor is walked, and no place is joined to it
indoor | highway=footway; indoor=yes | open no-snappable | a passage in a mall is walked
building_passage | highway=residential; tunnel=building_passage | open snappable | an archway has doors
tunnel | highway=footway; tunnel=yes | open no-snappable | no home has its door in a tunnel
bridge | highway=primary; bridge=viaduct; sidewalk=both | open no-snappable | no home has its door on a bridge
street | highway=residential; bridge=no | open snappable | bridge=no is no bridge
footway | highway=footway; bridge=boardwalk | open snappable | a boardwalk lies on the ground

square | highway=pedestrian; area=yes | ring open square | a square is crossed
square | highway=pedestrian; area=yes | open no-square | a line that is not closed is no square
footway | highway=pedestrian | ring open no-square | a pedestrian street that ends where it began is no square
platform | highway=platform | open no-snappable no-square | a bus platform is walked
platform | railway=platform | ring open no-snappable square | a closed railway platform is crossed
platform | public_transport=platform | open no-snappable | a platform of any kind is walked
footway | highway=footway; public_transport=platform | open snappable | a pavement that serves as platform has doors
line_not_area | highway=platform; area=no | ring open no-square | area=no is not crossed
pier | man_made=pier | open no-snappable no-square | a pier is walked

sidewalk_separate | highway=primary; sidewalk=separate | open snappable | a street stays open beside its pavement
sidewalk_separate | highway=primary; sidewalk:left=separate; sidewalk:right=no | open | also with one on the left
sidewalk_separate | highway=residential; sidewalk:both=separate | open | also with one on both sides
street | highway=residential | open no-steps snappable wheels no-square | a residential street is an ordinary street
street | highway=road | open | a road of unknown kind is walked
service | highway=service; service=driveway | open | a driveway leads to a door
service | highway=service; service=parking_aisle | open | the aisle of a car park is walked
footway | highway=footway; footway=crossing | open | a marked crossing is walked
track | highway=track | open | a track is a street of the village
crossing | highway=crossing | open | a crossing drawn as a way is walked
trail | highway=trail | open | trail is another word for path
unknown | highway=toll_gantry | closed | a word that is no street is left out

wheelchair_yes | highway=path; wheelchair=limited; surface=dirt | wheels | what was tried outranks a soft surface
wheelchair_no | highway=path; wheelchair=no; surface=asphalt | no-wheels | what was tried outranks a hard surface
narrow | highway=footway; width=0.8 | open no-wheels | a path of 80 cm is too narrow for a wheelchair
narrow | highway=footway; width=75 cm | open no-wheels | centimetres are understood
footway | highway=footway; width=0.9 m | open wheels | a path of 90 cm is just wide enough
footway | highway=footway; width=narrow | open wheels | a word is no width
steep | highway=footway; incline=10% | open no-wheels | a path that rises by 10 % is too steep
steep | highway=residential; incline=-12,5 % | open no-wheels | so is one that falls by 12.5 %
steep | highway=footway; incline=6° | open no-wheels | 6 degrees are 10.5 %
footway | highway=footway; incline=8.3% | open wheels | a ramp of 1 in 12 is passed
footway | highway=footway; incline=up | open wheels | up does not say how steep
raised_kerb | highway=footway; footway=crossing; kerb=raised | open no-wheels | a kerb at a crossing stops wheels
crossing | highway=crossing; kerb=lowered | open wheels | a lowered kerb does not
wheelchair_yes | highway=footway; width=0.8; wheelchair=yes | open wheels | what was tried outranks a width
rough | highway=path; surface=earth | open no-wheels | soft ground stops wheels
rough | highway=residential; smoothness=bad | open no-wheels | a bad surface stops wheels
ford | highway=track; ford=yes | open no-wheels | a ford stops wheels
track | highway=track; ford=no | open wheels | ford=no is no ford
"""

_EXPECTED: Final = {
    "open": {"walk": True, "private": False},
    "residents": {"walk": True, "private": True},
    "closed": {"walk": False, "private": False},
}


@dataclass(frozen=True)
class Example:
    """A way with these tags, what it must be used for, and the rule that must say so."""

    rule: str
    tags: dict[str, str]
    ring: bool
    expected: dict[str, bool]
    sentence: str


def _example(line: str) -> Example:
    rule, tags, words, sentence = (part.strip() for part in line.split("|"))
    expected: dict[str, bool] = {}
    for word in words.split():
        if word != "ring":
            expected |= _EXPECTED.get(word, {word.removeprefix("no-"): not word.startswith("no-")})
    pairs = dict(tag.strip().split("=", 1) for tag in tags.split(";"))
    return Example(rule, pairs, "ring" in words.split(), expected, sentence)


EXAMPLES: Final = tuple(_example(line) for line in _TABLE.splitlines() if line)
