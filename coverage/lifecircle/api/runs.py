"""Takes the findings of a run, gives an analyst's view of it: tables of places, gaps, reasons, walks and the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lifecircle.access.reach import service_reach
from lifecircle.access.services import Service, silent_at
from lifecircle.answers import (
    community_walks,
    isochrones_of_layer,
    isochrones_of_place,
    layer_named,
    second_opinion,
    walker_named,
)
from lifecircle.api.boards import boards
from lifecircle.api.explaining import explanation
from lifecircle.api.html import section, sentence
from lifecircle.api.maps import map_view
from lifecircle.api.naming import area_named, labelled, standards_about, worst_layer
from lifecircle.api.tables import Tables
from lifecircle.errors import StudyError
from lifecircle.messages import say
from lifecircle.scenarios.effects import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lifecircle.access.reach import ServiceReach
    from lifecircle.answers import Isochrones
    from lifecircle.api.explaining import Explanation
    from lifecircle.api.maps import MapView
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.run import Checked


@dataclass(frozen=True, eq=False, repr=False)
class Run(Tables):
    """A study that was analysed; get one from :meth:`OpenStudy.run` or :func:`open_run`.

    Tables are ordinary DataFrames and GeoDataFrames (WGS 84), the same cells as in the files of the run folder.

    Attributes
    ----------
    findings : Findings
        Everything that was found.
    lang : {"zh", "en"}
        Language of names and sentences.
    checked : callable
        Gives the study's files joined to the streets; asked for once, when something needs the streets.

    Examples
    --------
    >>> import lifecircle
    >>> run = lifecircle.example_run()
    >>> run.results.query("level == 'city' and standard_id == 'clinic_15'")["value"].round(3).tolist()
    [0.333, 0.333]
    """

    checked: Callable[[], Checked]

    @property
    def network(self) -> StreetNetwork:
        """The streets that can be walked.

        Examples
        --------
        One street, 3,000 m long but for the frame's own scale.

        >>> import lifecircle
        >>> network = lifecircle.example_run().network
        >>> network.edge_count, round(network.edge_length_m.sum(), -1)
        (1, np.float64(3000.0))
        """
        return self._checked.joined.placed.network

    @cached_property
    def _checked(self) -> Checked:
        return self.checked()

    def gaps(self, layer: str | None = None, *, district: str | None = None) -> pd.DataFrame:
        """Return how far districts and groups lie behind the reference group.

        Parameters
        ----------
        layer : str, optional
            Only standards about this layer of facilities.
        district : str, optional
            Only this district or group; its id or name.

        Returns
        -------
        DataFrame
            Columns of :mod:`lifecircle.scores.gaps`, with the names of ``standard`` and ``area``. ``difference`` of
            shares is from -1 to 1, positive where the district is behind; ``people_behind`` are people.

        Raises
        ------
        StudyError
            If there is no such layer or district.

        Examples
        --------
        Of the west district two homes of three are within 15 minutes of the clinic, of the east none.

        >>> import lifecircle
        >>> gaps = lifecircle.example_run().gaps("clinic", district="东区")
        >>> gaps[["area", "reference_value", "value", "people_behind"]].round(2).to_numpy().tolist()
        [['东区', 0.67, 0.0, 200.0], ['东区', 0.67, 0.0, nan]]
        """
        rows = self.findings.gaps
        if layer is not None:
            rows = rows[standards_about(rows, self.plans, layer_named(self.study, layer))]
        if district is not None:
            level, area_id = area_named(self.findings, district, ("district", "group"))
            rows = rows[(rows["level"] == level) & (rows["area_id"] == area_id)]
        return labelled(rows.reset_index(drop=True), self.findings, self.lang)

    def explain(
        self, community: str, layer: str | None = None, *, nearest: int = 3, walker: str | None = None
    ) -> Explanation:
        """Explain a community: how it walks to a layer, way by way, and how it stands.

        Parameters
        ----------
        community : str
            Id or name.
        layer : str, optional
            The layer of the circle that most of the community's people lack, when absent.
        nearest : int
            To how many facilities the way is told.
        walker : str, optional
            The plan's walker when absent.

        Raises
        ------
        StudyError
            If there is no such community, layer or walker, several communities have this name, or the study's files
            are not at hand.
        NetworkError
            If nobody there reaches a facility.

        Examples
        --------
        >>> import lifecircle
        >>> answer = lifecircle.example_run().explain("西村")
        >>> answer.layer, answer.walks[["name", "minutes", "metres"]].round(1).to_numpy().tolist()
        ('clinic', [['长街卫生服务中心', 12.5, 750.0]])
        """
        layer = layer or worst_layer(self.findings, community)
        found = community_walks(self.study, self._checked, community, layer, nearest, walker)
        return explanation(found, self.findings, self._checked, self.lang)

    def isochrones(
        self,
        layer: str | None = None,
        *,
        at: tuple[float, float] | None = None,
        minutes: Sequence[float] = (5, 10, 15),
        walker: str = "standard",
        each: bool = False,
    ) -> Isochrones:
        """Return from where places are reached on foot within some minutes.

        Parameters
        ----------
        layer : str, optional
            A layer of facilities.
        at : (float, float), optional
            Longitude and latitude of a single position instead, WGS 84.
        minutes : sequence of float
            Limits, ascending.
        walker : str
        each : bool
            Every facility by itself; otherwise the nearest of the layer counts.

        Returns
        -------
        Isochrones
            ``polygons`` (with ``area_km2``) and ``streets`` (with ``length_m``), GeoDataFrames in WGS 84.

        Raises
        ------
        StudyError
            If neither or both of layer and position are given, or there is no such layer or walker.
        LifecircleError
            If no street is near.

        Examples
        --------
        At 1 m/s, 5 and 10 minutes are 300 and 600 m of the one street.

        >>> import lifecircle
        >>> found = lifecircle.example_run().isochrones("clinic", minutes=(5, 10))
        >>> found.streets.groupby("minutes")["length_m"].sum().round().to_dict()
        {5.0: 300.0, 10.0: 300.0}
        """
        if layer is not None and at is None:
            return isochrones_of_layer(self.study, self._checked, layer, walker, minutes, each=each)
        if layer is None and at is not None:
            return isochrones_of_place(self.study, self._checked, np.asarray(at, float), walker, minutes)
        raise StudyError("isochrones: give either a layer or at=(longitude, latitude), and not both.")

    def reach(self, layer: str | Sequence[str], *, minutes: float = 15, walker: str = "standard") -> ServiceReach:
        """Return every facility of a layer that every resident point reaches, for measures of supply and demand.

        Parameters
        ----------
        layer : str or sequence of str
            One layer, or several that serve the same need.
        minutes : float
            The longest walk.
        walker : str

        Raises
        ------
        StudyError
            If there is no such layer or walker.
        InputError
            If the minutes are no number above 0.

        Examples
        --------
        Each crèche shares its places among the infants within 15 minutes: ten places among those of three homes,
        five among those of two.

        >>> import lifecircle
        >>> run = lifecircle.example_run()
        >>> people, places = lifecircle.catchment_tables(
        ...     run.reach("childcare"), run.residents, run.facilities, lifecircle.Step((15,)),
        ...     demand={"pop_0_2": 1}, supply="capacity",
        ... )
        >>> places["demand_in_reach"].tolist(), people["supply_per_person"].round(2).tolist()
        ([15.0, 15.0], [0.67, 0.67, 0.67, 0.33, 0.33, 0.33])
        """
        layers = [layer] if isinstance(layer, str) else layer
        checked, service = self._checked, Service(tuple(layer_named(self.study, each) for each in layers))
        silent = silent_at(self.residents, service.layers, checked.inputs.silent)
        return service_reach(checked.joined, self.facilities, service, walker_named(walker), minutes, silent=silent)

    def walks(self, layer: str | Sequence[str], *, minutes: float = 15, walker: str = "standard") -> pd.DataFrame:
        """Return all walks from resident points to a layer's facilities, as a table of costs for other libraries.

        Parameters
        ----------
        layer : str or sequence of str
            One layer, or several that serve the same need.
        minutes : float
            The longest walk that is listed.
        walker : str

        Returns
        -------
        DataFrame
            ``resident_id, facility_id, minutes``, of each resident the nearest first.

        Raises
        ------
        StudyError
            If there is no such layer or walker.

        Examples
        --------
        >>> import lifecircle
        >>> lifecircle.example_run().walks("childcare", minutes=5).round(1).to_numpy().tolist()
        [['a', 't1', 4.2], ['b', 't1', 4.2], ['e', 't2', 4.2], ['f', 't2', 4.2]]
        """
        pairs = self.reach(layer, minutes=minutes, walker=walker).pairs
        return pd.DataFrame(
            {
                "resident_id": self.residents["resident_id"].to_numpy()[pairs.resident],
                "facility_id": self.facilities["facility_id"].to_numpy()[pairs.facility],
                "minutes": pairs.minutes,
            }
        )

    def map(self, district: str | None = None) -> MapView:
        """Return the map of the city or of one district, which a notebook shows.

        It is the page that lies in the run folder. Of a finished run that was opened without its study, water, green
        and streets are not drawn.

        Parameters
        ----------
        district : str, optional
            Id or name.

        Raises
        ------
        StudyError
            If there is no such district.

        Examples
        --------
        >>> import lifecircle
        >>> len(lifecircle.example_run().map("西区").page) > 100_000
        True
        """
        area_id = None if district is None else area_named(self.findings, district, ("district",))[1]
        return map_view(self.findings, self.lang, area_id)

    def compare(self, other: Run) -> pd.DataFrame:
        """Return what another run of the same areas says differently.

        Which part of a change comes from facilities, streets or people, ``lifecircle compare`` tells.

        Parameters
        ----------
        other : Run
            Such as the same city with more facilities, or a year later.

        Returns
        -------
        DataFrame
            One row per standard, area and denominator: ``value``, ``covered``, ``total``, ``target`` and ``verdict``
            with ``_before`` (this run) and ``_after`` (the other); ``change`` of the value in its ``unit``; and the
            names of ``standard`` and ``area``.

        Examples
        --------
        >>> import lifecircle
        >>> run = lifecircle.example_run()
        >>> run.compare(run)["change"].abs().max()
        np.float64(0.0)
        """
        return labelled(beside(self.results, other.results), self.findings, self.lang)

    def verify(self, residents: int = 200) -> dict[str, Any]:
        """Compute the walking times of some resident points again with a second engine.

        Parameters
        ----------
        residents : int
            How many.

        Returns
        -------
        dict
            ``trips`` compared, ``greatest_difference_s`` in seconds, and whether the engines ``agree``, among others;
            see :func:`lifecircle.access.verify.verification`.

        Examples
        --------
        >>> import lifecircle
        >>> answer = lifecircle.example_run().verify()
        >>> answer["trips"], answer["agree"]
        (12, True)
        """
        return second_opinion(self.study, self._checked, residents)

    def __repr__(self) -> str:
        name = self.study.name.text(self.lang)
        return f"<Run of {name}: {len(self.residents):,} resident points, {len(self.facilities):,} facilities>"

    def _repr_html_(self) -> str:
        study, lang = self.study, self.lang
        parts = [sentence(say("summary.synthetic", lang))] if study.synthetic else []
        return section(study.name.text(lang), *parts, *boards(self.plans, self.results, lang))
