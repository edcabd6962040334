"""What an operator may watch, as Prometheus counts it; `manage.py serve` shows it at METRICS.

A silent cure is counted: a layer that loses everything must not hide behind the healing.
"""

from prometheus_client import Counter, Gauge

sockets = Gauge("hubbub_sockets", "Open sockets.")
turned_away = Counter("hubbub_turned_away_total", "Handshakes put off: a storm, or draining.")
deliveries = Counter("hubbub_deliveries_total", "Changes of rooms, handed to sockets.")
heals = Counter("hubbub_heals_total", "Changes read because no word of them came.", ["cause"])
resumes = Counter("hubbub_resumes_total", "Pages brought up to now, by source.", ["source"])
unpublished = Counter("hubbub_unpublished_total", "Events that the layer did not take.")
resubscriptions = Counter("hubbub_resubscriptions_total", "Times the layer had gone deaf.")
repeats = Counter("hubbub_repeated_nonces_total", "Messages that had been stored before.")
closes = Counter("hubbub_closes_total", "Sockets closed by us, by code.", ["code"])
loop_lag = Gauge("hubbub_loop_lag_seconds", "How late the event loop came to its last tick.")
