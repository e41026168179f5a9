from kb.ranking import Candidate, Weights, add_features, coverage, drop_overlaps, rank, sigmoid


def make(key: int, version: int = 1, start: int = 0, end: int = 100, text: str = "") -> Candidate:
    return Candidate(key, version, start, end, "标题", (), text, (start, end))


def test_coverage_is_the_share_of_information_found() -> None:
    idf = {"税率": 3.0, "税": 1.0}
    assert coverage(idf, "税率是15%") == 1.0
    assert coverage(idf, "交税") == 0.25
    assert coverage({}, "交税") == 0.0


def test_features_and_rank_order() -> None:
    found = [make(1, text="所得税税率"), make(2, version=2, text="没有关系")]
    add_features(found, {1: 0.9, 2: 0.8}, {1: 5.0}, {"税率": 2.0})
    assert found[0].features["cover"] == 1.0
    assert found[1].features["bm25"] == 0.0
    ordered = rank(found, Weights(0.0, {"dense": 1.0, "cover": 1.0}))
    assert [c.key for c in ordered] == [1, 2]
    assert 0 < ordered[1].score < ordered[0].score < 1


def test_a_window_mostly_covered_by_a_better_one_is_dropped() -> None:
    ranked = [make(1), make(2, start=40, end=140), make(3, start=60, end=160), make(4, version=2)]
    assert [c.key for c in drop_overlaps(ranked, 10)] == [1, 3, 4]
    assert [c.key for c in drop_overlaps(ranked, 1)] == [1]


def test_what_is_returned_counts_for_overlaps_not_what_was_found() -> None:
    tail = make(2, start=85, end=125)
    tail.wide = (0, 125)
    assert [c.key for c in drop_overlaps([make(1), tail], 10)] == [1]
    assert [c.key for c in drop_overlaps([make(1), tail], 10, wide=False)] == [1, 2]


def test_sigmoid_is_safe_at_the_ends() -> None:
    assert sigmoid(-1e9) == 0.0
    assert sigmoid(1e9) == 1.0
    assert sigmoid(0) == 0.5
