"""The map that is mailed to a district and just opens: one HTML file, no server, no network.

Everything it shows is added up by area before it is written. The page's script chooses, draws and adds; names reach it
as text and stay text.
"""

from lifecircle.report.map.basemap import MapPictures, problem_points
from lifecircle.report.map.comparison import comparison_map
from lifecircle.report.map.data import MapData, Opening, map_data
from lifecircle.report.map.page import write_map
from lifecircle.report.map.runs import MapRun

__all__ = [
    "MapData",
    "MapPictures",
    "MapRun",
    "Opening",
    "comparison_map",
    "map_data",
    "problem_points",
    "write_map",
]
