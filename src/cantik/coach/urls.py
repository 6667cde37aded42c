"""Addresses of the programme, from each of its parts."""

from .learning.urls import urlpatterns as learning
from .overview.urls import urlpatterns as overview
from .programme.urls import urlpatterns as programme

app_name = "coach"
urlpatterns = [*overview, *programme, *learning]
