from __future__ import annotations

from django.urls import path
from shop import views

urlpatterns = [
    path("identity", views.identity),
    path("orders", views.orders),
    path("orders/failing", views.fail_half_way),
    path("isolation/<value>", views.isolation),
    path("slow", views.slow),
    path("documents/<int:number>", views.document),
    path("ledger", views.ledger),
]
