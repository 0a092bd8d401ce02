"""A lease lapses by the watcher's own clock, not by what the wall clock says."""

from automl.jobs.lease import Lease, LeaseWatch


def test_it_lapses_when_nothing_changes_for_a_whole_lease() -> None:
    watch = LeaseWatch(8.0)
    assert not watch.lapsed("job", 1, 4, 100.0)
    assert not watch.lapsed("job", 1, 4, 107.9)
    assert watch.lapsed("job", 1, 4, 108.0)


def test_a_renewal_or_a_successor_starts_it_anew() -> None:
    watch = LeaseWatch(8.0)
    watch.lapsed("job", 1, 4, 100.0)
    assert not watch.lapsed("job", 1, 5, 108.0)
    assert not watch.lapsed("job", 2, 5, 116.0)
    assert watch.lapsed("job", 2, 5, 124.0)


def test_others_are_forgotten() -> None:
    watch = LeaseWatch(8.0)
    watch.lapsed("job", 1, 4, 100.0)
    watch.keep(frozenset())
    assert not watch.lapsed("job", 1, 4, 200.0)


def test_renewing_counts() -> None:
    lease = Lease.take("me", 10.0, 8.0).renew(12.0, 8.0)
    assert (lease.owner, lease.beat, lease.renewed_at, lease.expires_at) == ("me", 1, 12.0, 20.0)
    assert Lease.from_json(lease.to_json()) == lease
