"""Addresses of the programme, from each of its parts."""

from .learning.urls import urlpatterns as learning
from .needs.urls import urlpatterns as needs
from .overview.urls import urlpatterns as overview
from .programme.urls import urlpatterns as programme
from .reports.urls import urlpatterns as reports
from .visits.urls import urlpatterns as visits

app_name = "coach"
urlpatterns = [*overview, *programme, *needs, *visits, *reports, *learning]
