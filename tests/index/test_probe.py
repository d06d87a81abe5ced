"""The classifier over titles and questions."""

from __future__ import annotations

import warnings

import numpy as np

from index.probe import fit_probe


def test_it_is_the_logistic_regression_of_scikit_learn() -> None:
    """The same scores up to rounding and scale, for entries with unequal numbers of questions."""
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(4)
    owners = np.repeat(np.arange(4), [2, 3, 5, 9])
    hashed = draw.normal(size=(len(owners), 1024)) * (draw.random((len(owners), 1024)) < 0.03)
    features = np.hstack([draw.normal(size=(len(owners), 8)), hashed]).astype(np.float32)
    probe = fit_probe(features, owners, [1, 2, 4, 8])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=10.0, max_iter=12, tol=0.0, class_weight="balanced").fit(features, owners)
    ours, theirs = features @ probe.weights.T + probe.bias, model.decision_function(features)
    theirs = theirs - theirs.mean(axis=1, keepdims=True)
    ours = ours - ours.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(ours * theirs.std() / ours.std(), theirs, atol=0.02 * float(np.abs(theirs).max()))
    assert ours.argmax(axis=1).tolist() == owners.tolist()
